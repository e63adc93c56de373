public import CoppiceGridWorld
public import CoppiceTensors

/// Worlds by their names, for whoever plays or watches them.
public struct NamedWorld: Sendable {
  /// What it is called.
  public let name: String
  private let bySize: @Sendable (Int) -> WorldDescription
  private let byAgents: (@Sendable (Int) -> WorldDescription)?

  /// All that there are.
  public static let all = [
    NamedWorld(
      "battle", { .battle(size: $0) }, byAgents: { .mixedBattle(agents: $0) }),
    NamedWorld("battlefield", { .battlefield(size: $0) }),
    NamedWorld("combined-arms", { .combinedArms(size: $0) }),
    NamedWorld("pursuit", { .pursuit(size: $0) }),
    NamedWorld("tiger-deer", { .tigerDeer(size: $0) }),
  ]

  private init(
    _ name: String, _ bySize: @escaping @Sendable (Int) -> WorldDescription,
    byAgents: (@Sendable (Int) -> WorldDescription)? = nil
  ) { (self.name, self.bySize, self.byAgents) = (name, bySize, byAgents) }

  /// The world called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none.
  public init(_ name: String) throws(UserError) {
    guard let world = Self.all.first(where: { $0.name == name }) else {
      let names = Self.all.map(\.name)
      let hint = nearestMatch(to: name, in: names).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration, found: "there is no world \"\(name)\"",
        expected: names.joined(separator: ", "), action: hint ?? "choose one of these")
    }
    self = world
  }

  /// The world with so many agents, or of its usual size.
  ///
  /// - Parameter agents: From 2 on; half of them on each side, all over the field.
  /// - Returns: The world.
  /// - Throws: `UserError` of kind `configuration` when the world does not come with so many agents.
  public func description(agents: Int?) throws(UserError) -> WorldDescription {
    guard let agents else { return bySize(name == "battlefield" ? 80 : 45) }
    guard let byAgents else {
      throw UserError(
        .configuration, found: "\(name) with \(agents) agents", expected: "the agents that it has",
        action: "leave out --agents, or choose battle")
    }
    guard (2...16_000_000).contains(agents) else {
      throw UserError(
        .configuration, found: "\(agents) agents", expected: "from 2 to 16000000",
        action: "change --agents")
    }
    return byAgents(agents)
  }
}
