public import CoppiceCrowds
public import CoppiceGridWorld
public import CoppiceSparsity
public import CoppiceTensors

/// Everything that decides what a training of a world does: the same settings give the same run, bit for bit.
public struct WorldTrainingSettings: Codable, Sendable, Equatable {
  /// A world that comes with Coppice, or a TOML file.
  public var world = "battle"
  /// Cells of a side; 0 for the world's usual size.
  public var size = 0
  /// So many agents in all, anywhere; 0 for as many as the world has.
  public var agents = 0
  /// With `agents`: how many for each cell; 0 for as many as the world has.
  public var density = 0.0
  /// Whether views have a small map of the world besides, and agents know where they are, also where the world
  /// leaves that out.
  public var minimap = false
  /// What everything random is from.
  public var seed: UInt64 = 0
  /// Steps of agents that learn, in all; at least 1.
  public var steps = 2_000_000
  /// Threads that share the work, 1 to 256; results do not depend on them.
  public var threads = 2
  /// Steps after which a game is cut short, where the world does not do so before.
  public var stepLimit = 400
  /// What learns: `dqn`.
  public var learner = "dqn"
  /// Hyper-parameters that differ from the learner's own.
  public var learnerOptions: [String: StructuredValue] = [:]
  /// How networks read what agents see.
  public var network = AgentEncoder()
  /// Which weights are kept.
  public var sparsity = SparsityExpression.dense
  /// Settings of the sparsity method that differ from its own.
  public var sparsityOptions: [String: StructuredValue] = [:]
  /// Whether groups that are alike learn apart; otherwise they share a learner.
  public var apart = false
  /// Who plays groups in place of a learner: `GROUP=WHO`, or `GROUP=WHO@P%` for a share of the games.
  public var opponents: [String] = []
  /// Agents' steps between two evaluations, the first of which is before anything is learned; 0 for none.
  public var evaluationEvery = 250_000
  /// Games of an evaluation against each opponent; at least 1.
  public var evaluationGames = 10
  /// Agents' steps between two checkpoints; 0 for one at the end only.
  public var checkpointEvery = 250_000
  /// How many checkpoints stay; at least 1.
  public var keep = 2

  /// The defaults.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case world, size, agents, density, minimap, seed, steps, threads, learner, network, sparsity,
      apart,
      opponents, keep
    case stepLimit = "step_limit"
    case learnerOptions = "learner_options"
    case sparsityOptions = "sparsity_options"
    case evaluationEvery = "evaluation_every"
    case evaluationGames = "evaluation_games"
    case checkpointEvery = "checkpoint_every"
  }

  /// The settings that a file and flags make together; what a later one sets overrides an earlier one.
  ///
  /// - Parameters:
  ///   - file: A TOML file; none where there is no name.
  ///   - flags: Settings by their names in files.
  /// - Returns: The whole settings.
  /// - Throws: `UserError` of kind `configuration` for anything that makes no sense, of kind `file` when the file
  ///   cannot be read.
  public static func resolve(
    file: String? = nil, flags: StructuredValue = .table([:])
  ) throws(UserError) -> WorldTrainingSettings {
    var settings = Settings()
    if let file { settings.add(try value(inFile: file), from: file) }
    settings.add(flags, from: "flags")
    let resolved = try settings.resolve(over: WorldTrainingSettings())
    try resolved.validate()
    return resolved
  }

  /// The tables of a file without where it was run.
  private static func value(inFile path: String) throws(UserError) -> StructuredValue {
    var value = try TOMLText.decode(try TextFile.readTOML(path), from: path)
    value[Provenance.tableName] = nil
    return value
  }

  /// Checks every number that can be checked without making anything.
  ///
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  public func validate() throws(UserError) {
    let ranges: [(name: String, value: Int, range: ClosedRange<Int>)] = [
      ("steps", steps, 1...1_000_000_000_000), ("threads", threads, 1...256),
      ("step_limit", stepLimit, 1...1_000_000_000), ("size", size, 0...32_000),
      ("agents", agents, 0...10_000_000), ("keep", keep, 1...1_000_000),
      ("evaluation_every", evaluationEvery, 0...1_000_000_000_000),
      ("evaluation_games", evaluationGames, 1...100_000),
      ("checkpoint_every", checkpointEvery, 0...1_000_000_000_000),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      throw UserError(
        .configuration, found: "\(name) = \(value)",
        expected: "\(range.lowerBound) to \(range.upperBound)", action: "change it")
    }
    // TOML has no larger whole numbers
    guard seed <= Int64.max else {
      throw UserError(
        .configuration, found: "seed = \(seed)", expected: "0 to \(Int64.max)",
        action: "change it")
    }
    guard density == 0 || agents > 0 else {
      throw UserError(
        .configuration, found: "density = \(density) without agents",
        expected: "a number of agents with it", action: "give both, or neither")
    }
    try network.validate()
  }

  /// The world that is meant.
  ///
  /// - Throws: `UserError` when there is none, or none of this size.
  public func description() throws(UserError) -> WorldDescription {
    var description = try WorldFile.world(called: world, size: size > 0 ? size : nil)
    if minimap { description.hasMinimap = true }
    guard agents > 0 else { return description }
    let scaled = try description.scaled(
      toAgents: agents, density: density > 0 ? density : nil)
    try scaled.validate()
    return scaled
  }

  /// The settings with every hyper-parameter, also those at their defaults.
  ///
  /// - Throws: `UserError` of kind `configuration` for one that does not exist or makes no sense.
  func spelledOut() throws(UserError) -> WorldTrainingSettings {
    var whole = self
    let options = try CrowdLearnerCatalogue.standard.entry(learner).settings(learnerSettings)
    if case .table(let values) = try StructuredValue(encoding: options) {
      whole.learnerOptions = values
    }
    return whole
  }

  /// Where the learner's hyper-parameters are from.
  var learnerSettings: ConfiguredOptions {
    ConfiguredOptions(layers: [(.table(learnerOptions), "learner_options")])
  }

  /// Where the settings of the sparsity method are from.
  var sparsitySettings: ConfiguredOptions {
    ConfiguredOptions(layers: [(.table(sparsityOptions), "sparsity_options")])
  }
}
