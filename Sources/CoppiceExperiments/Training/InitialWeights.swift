import CoppiceAgents
import CoppiceNetworks
public import CoppiceTensors

/// The networks of a finished run, for another run to begin with: pruning and fine-tuning.
///
/// Only networks are taken, and the statistics of their normaliser. Replay, optimisers and clocks begin
/// anew, and targets begin as the networks that they follow. The new run needs the old one for its start
/// alone.
///
/// ```swift
/// var configuration = try RunConfiguration.resolve(environment: "Hopper-v5")
/// configuration.sparsity = try SparsityExpression("gmp@90%")
/// let run = try TrainingRun(
///   configuration, at: "runs/pruned", from: InitialWeights(run: "runs/Hopper-v5-td3-dense-s1"))
/// ```
public struct InitialWeights: Sendable {
  /// Where they are from: the run and its environment step.
  public let origin: String

  /// The tensors of the agent, `actor.online.layer-1.weight` and so on.
  let tensors: NamedTensors

  private let algorithm: String

  /// The networks of a checkpoint.
  ///
  /// - Parameters:
  ///   - path: The folder of a run.
  ///   - step: Which checkpoint; the newest without.
  /// - Throws: `UserError` when there is no run, no checkpoint, or a damaged one.
  public init(run path: String, step: Int? = nil) throws(UserError) {
    let folder = try RunFolder(opening: path)
    algorithm = try folder.configuration().algorithm
    let store = folder.checkpoints
    let contents = if let step { try store.load(step: step) } else { try store.latest() }
    origin = "\(path) at step \(contents.step)"
    var all = NamedTensors()
    for name in ["networks", "policy"] {
      let tensors = try contents.tensors(name)
      for tensor in tensors.names { all[tensor] = tensors[tensor] }
    }
    tensors = all.under("agent")
  }

  /// Checks that an agent can begin with them.
  func check(for configuration: RunConfiguration) throws(UserError) {
    guard configuration.algorithm == algorithm else {
      throw UserError(
        .configuration, found: "weights of an agent that learnt by \(algorithm) (\(origin))",
        expected: "by \(configuration.algorithm)", action: "train with --algorithm \(algorithm)")
    }
  }

  /// Takes over the statistics of the observations that the networks were trained on.
  func restoreNormaliser(of agent: any Algorithm) throws(UserError) {
    let statistics = tensors.under("normaliser")
    if statistics.names.isEmpty == (agent.normaliser == nil) {
      if let normaliser = agent.normaliser { try normaliser.restore(from: statistics) }
      return
    }
    let wanted = statistics.names.isEmpty ? "false" : "true"
    throw UserError(
      .configuration,
      found: "weights whose observations were \(statistics.names.isEmpty ? "not " : "")normalised "
        + "(\(origin))",
      expected: "an agent that does the same", action: "set normalise_observations = \(wanted)")
  }
}
