public import CoppiceTensors

/// The environments that can be named.
///
/// A catalogue is a value: to train on your own environment by name, add it to the ones there are
/// and hand the catalogue on.
///
/// ```swift
/// let catalogue = EnvironmentCatalogue.classic.adding("walk along a corridor") { Corridor() }
/// let environment = try catalogue.make("Corridor-v0", count: 4)
/// ```
public struct EnvironmentCatalogue: Sendable {
  /// The environments, in the order in which they are listed.
  public private(set) var entries: [Entry]

  /// The environments of `entries`.
  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// One environment that can be named.
  public struct Entry: Sendable {
    /// What it is called: `Pendulum-v1`.
    public let id: String
    /// What there is to do, in a phrase.
    public let summary: String
    /// The options and their defaults, in the order of the documentation.
    public let options: [(name: String, value: EnvironmentOption)]
    let specify:
      @Sendable ([String: EnvironmentOption]) throws(UserError) -> EnvironmentSpecification
    let build: @Sendable ([String: EnvironmentOption]) throws(UserError) -> any Environment

    /// An environment with options.
    public init<Member: ConfigurableEnvironment>(_ member: Member.Type) {
      id = Member.id
      summary = Member.summary
      options = Member.Configuration().options
      specify = { (options) throws(UserError) in
        Member.specification(try Member.Configuration(options: options, of: Member.id))
      }
      build = { (options) throws(UserError) in
        try Member(try Member.Configuration(options: options, of: Member.id))
      }
    }

    /// An environment without options, as `make` makes it.
    public init(_ summary: String, make: @escaping @Sendable () -> any Environment) {
      let specification = make().specification
      id = specification.id
      self.summary = summary
      options = []
      specify = { (options) throws(UserError) in
        _ = try NoOptions(options: options, of: specification.id)
        return specification
      }
      build = { (options) throws(UserError) in
        _ = try NoOptions(options: options, of: specification.id)
        return make()
      }
    }
  }

  /// This catalogue and one more environment, which replaces one of the same name.
  public func adding(_ entry: Entry) -> EnvironmentCatalogue {
    var result = self
    if let index = entries.firstIndex(where: { $0.id == entry.id }) {
      result.entries[index] = entry
    } else {
      result.entries.append(entry)
    }
    return result
  }

  /// This catalogue and an environment of your own.
  ///
  /// - Parameters:
  ///   - summary: What there is to do, in a phrase.
  ///   - make: Makes one; called once here for the name.
  /// - Returns: The larger catalogue.
  public func adding(
    _ summary: String, make: @escaping @Sendable () -> any Environment
  ) -> EnvironmentCatalogue {
    adding(Entry(summary, make: make))
  }

  /// This catalogue and all environments of `other`.
  public func adding(_ other: EnvironmentCatalogue) -> EnvironmentCatalogue {
    other.entries.reduce(self) { $0.adding($1) }
  }

  /// The environment called `id`.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none, with the nearest match.
  public func entry(_ id: String) throws(UserError) -> Entry {
    if let entry = entries.first(where: { $0.id == id }) { return entry }
    let hint = nearestMatch(to: id, in: entries.map(\.id)).map { "did you mean \"\($0)\"?" }
    throw UserError(
      .configuration, found: "no environment called \"\(id)\"",
      action: hint ?? "see `coppice list environments`")
  }

  /// What an environment sees and can do; needs nothing installed.
  ///
  /// - Throws: `UserError` of kind `configuration` for an unknown name or option.
  public func specification(
    _ id: String, options: [String: EnvironmentOption] = [:]
  ) throws(UserError) -> EnvironmentSpecification {
    try entry(id).specify(options)
  }

  /// One environment.
  ///
  /// - Throws: `UserError` of kind `configuration` for an unknown name or option, of kind
  ///   `missing` when something is not installed.
  public func makeMember(
    _ id: String, options: [String: EnvironmentOption] = [:]
  ) throws(UserError) -> any Environment {
    try entry(id).build(options)
  }

  /// `count` copies of an environment that step together.
  ///
  /// - Throws: `UserError` of kind `configuration` for an unknown name or option or a count below
  ///   1, of kind `missing` when something is not installed.
  public func make(
    _ id: String, count: Int, options: [String: EnvironmentOption] = [:]
  ) throws(UserError) -> SequentialVectorEnvironment {
    let entry = try entry(id)
    guard count > 0 else {
      throw UserError(
        .configuration, found: "\(count) environments", expected: "at least 1",
        action: "change the number")
    }
    var members: [any Environment] = []
    for _ in 0..<count { members.append(try entry.build(options)) }
    return try SequentialVectorEnvironment(members)
  }
}

/// The options of an environment that has none.
struct NoOptions: EnvironmentConfiguration {
  static var fields: [EnvironmentField<NoOptions>] { [] }
}
