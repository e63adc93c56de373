public import CoppiceCrowds
public import CoppiceGridWorld
import CoppiceRandom
import CoppiceSparsity
public import CoppiceTensors

/// What a trained policy was made from; it stands in the metadata of its file.
public struct WorldPolicyOrigin: Codable, Sendable, Equatable {
  /// The format of this value.
  public var format = 1
  /// The groups that it was trained for.
  public var groups: [String]
  /// What those agents see and do.
  public var agents: AgentShape
  /// Steps of agents that it was learned from.
  public var agentSteps: Int
  /// The training; the world is beside it.
  public var settings: WorldTrainingSettings
  /// The world, as TOML.
  public var description: String

  private enum CodingKeys: String, CodingKey {
    case format, groups, agents, settings
    case agentSteps = "agent_steps"
    case description = "world"
  }
}

/// A trained policy as a file, for every group whose agents see and do what it was trained for.
public struct WorldPolicy {
  /// What it was made from.
  public let origin: WorldPolicyOrigin
  /// The world that it was trained in.
  public let description: WorldDescription

  private let learner: any CrowdLearner

  /// The policy of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - pool: The threads that share the work.
  /// - Throws: `UserError` when the file cannot be read, is damaged, or holds something else.
  public init(path: String, pool: WorkerPool) throws(UserError) {
    let contents = try Safetensors.read(path)
    guard let text = contents.metadata[Self.metadataName] else {
      throw UserError(
        .checkpoint, found: "\(path) without the settings of a world's training",
        expected: "a policy that `coppice world train` wrote", action: "name another file")
    }
    origin = try JSONText.decode(Array(text.utf8), from: "the metadata of \(path)")
    guard origin.format == 1 else {
      throw UserError(
        .checkpoint, found: "\(path) of format \(origin.format)", expected: "format 1",
        action: "use a newer version of Coppice")
    }
    description = try WorldFile.decode(origin.description, from: path)
    learner = try Self.learner(origin, pool)
    do throws(UserError) {
      try learner.restorePolicy(from: contents.tensors)
    } catch {
      throw UserError(
        .checkpoint, found: "\(path): \(error.found)", expected: error.expected,
        action: "restore the file from a copy, or name another one")
    }
  }

  /// A policy of its own for groups of an episode; it acts as well as it can.
  public func makePolicy() -> any GroupPolicy { learner.makePolicy() }

  /// Whether the agents of a group see and do what it was trained for.
  public func fits(_ group: Int, in world: GridWorld) -> Bool {
    origin.agents == AgentShape(of: group, in: world)
  }

  /// Writes what a learner knows.
  ///
  /// - Throws: `UserError` of kind `file` when it cannot be written.
  static func write(
    _ learner: any CrowdLearner, _ origin: WorldPolicyOrigin, to path: String
  ) throws(UserError) {
    var tensors = NamedTensors()
    learner.savePolicy(into: &tensors)
    let text = String(decoding: try JSONText.encode(origin), as: UTF8.self)
    try Safetensors.write(.init(tensors: tensors, metadata: [metadataName: text]), to: path)
  }

  private static let metadataName = "world_policy"

  private static func learner(
    _ origin: WorldPolicyOrigin, _ pool: WorkerPool
  ) throws(UserError) -> any CrowdLearner {
    var setup = CrowdLearnerSetup(origin.agents, key: RandomKey(seed: 0), pool: pool)
    try setup.adopt(origin.settings)
    setup.learns = false
    return try CrowdLearnerCatalogue.standard.entry(origin.settings.learner)
      .learner(origin.settings.learnerSettings, setup: setup)
  }
}

extension CrowdLearnerSetup {
  /// Takes over what settings say of networks and of which weights are kept.
  mutating func adopt(_ settings: WorldTrainingSettings) throws(UserError) {
    (encoder, sparsity, agentSteps) = (settings.network, settings.sparsity, settings.steps)
    sparsityOptions = settings.sparsitySettings
  }
}
