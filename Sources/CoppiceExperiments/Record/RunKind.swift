/// What a run is of, told by the file of its settings.
public enum RunKind: String, Codable, Sendable, CaseIterable {
  /// An agent in an environment.
  case agent
  /// Groups of agents in a world.
  case world
  /// A model of paths.
  case paths

  /// What the run in the folder at `path` is of; nothing where there is none.
  public init?(of path: String) {
    guard let kind = Self.allCases.first(where: { $0.isHeld(by: path) }) else { return nil }
    self = kind
  }

  /// The file in its folder that holds all settings.
  public var settingsFile: String {
    switch self {
    case .agent: "run.toml"
    case .world: "training.toml"
    case .paths: "sde.toml"
    }
  }

  /// The command that makes such runs.
  public var maker: String {
    switch self {
    case .agent: "coppice train"
    case .world: "coppice world train"
    case .paths: "coppice sde train"
    }
  }

  /// Whether the folder at `path` holds such a run.
  public func isHeld(by path: String) -> Bool {
    Folder.exists("\(RunFolder.trimmed(path))/\(settingsFile)")
  }
}
