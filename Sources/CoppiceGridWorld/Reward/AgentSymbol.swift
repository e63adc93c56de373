import CoppiceTensors

/// Whom a rule speaks of: some agent of a group, all of them, or a certain one.
///
/// Two symbols with the same words are the same symbol, wherever in a rule they stand:
/// `.any("tiger", "a")` is one and the same tiger in an event and among those that it pays, and
/// `.any("tiger", "b")` is another tiger.
///
/// ## As text
/// `group:label` for any agent, `group` alone for one whose label is empty, `group:all`, and `group:3`. Of
/// several colons the last one counts.
public struct AgentSymbol: Sendable, Hashable {
  /// Which agent of the group.
  public enum Agent: Sendable, Hashable {
    /// Any agent, under a name that sets it apart from other agents of the group; it may be empty.
    case any(String)
    /// All agents.
    case all
    /// The agent that was placed after this many others of its group.
    case number(Int)
  }

  /// What its group is called.
  public var group: String
  /// Which agent of the group.
  public var agent: Agent

  /// A symbol from its parts.
  public init(group: String, agent: Agent) {
    (self.group, self.agent) = (group, agent)
  }

  /// Any agent of `group`; other agents have other labels.
  public static func any(_ group: String, _ label: String = "") -> AgentSymbol {
    AgentSymbol(group: group, agent: .any(label))
  }

  /// All agents of `group`.
  public static func all(_ group: String) -> AgentSymbol {
    AgentSymbol(group: group, agent: .all)
  }

  /// The agent of `group` that was placed after `number` others; it keeps this number for life.
  public static func number(_ group: String, _ number: Int) -> AgentSymbol {
    AgentSymbol(group: group, agent: .number(number))
  }
}

extension AgentSymbol: CustomStringConvertible {
  /// The symbol as text.
  public var description: String {
    switch agent {
    case .any(""): group.contains(":") ? "\(group):" : group
    case .any(let label): "\(group):\(label)"
    case .all: "\(group):all"
    case .number(let number): "\(group):\(number)"
    }
  }

  /// The symbol that `text` is; any text is one.
  init(text: String) {
    guard let colon = text.lastIndex(of: ":") else {
      self = .any(text)
      return
    }
    let word = String(text[text.index(after: colon)...])
    group = String(text[..<colon])
    agent = word == "all" ? .all : Int(word).map { .number($0) } ?? .any(word)
  }

  /// Whether it is the same symbol when it is read from its text.
  var isReadable: Bool { AgentSymbol(text: description) == self }
}

extension AgentSymbol: Codable {
  /// Reads the symbol from its text.
  public init(from decoder: any Decoder) throws {
    self.init(text: try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the symbol as text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
