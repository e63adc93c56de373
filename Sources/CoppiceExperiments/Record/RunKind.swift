public import CoppiceTensors

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

  /// What the run in the folder at `path` is of.
  ///
  /// - Throws: `UserError` of kind `checkpoint` where there is no run.
  public init(required path: String) throws(UserError) {
    if let kind = RunKind(of: path) {
      self = kind
      return
    }
    func list(_ texts: [String], _ word: String) -> String {
      texts.dropLast().joined(separator: ", ") + " \(word) " + (texts.last ?? "")
    }
    let files = list(Self.allCases.map(\.settingsFile), "nor")
    throw UserError(
      .checkpoint,
      found: Folder.exists(path) ? "\(path) holds no \(files)" : "there is no \(path)",
      expected: "the folder of a run of \(list(Self.allCases.map { "`\($0.maker)`" }, "or"))",
      action: "see `coppice runs` for those there are")
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
