import CoppiceCrowds
import CoppiceGridWorld
import CoppiceNetworks
import CoppiceRandom
public import CoppiceReports
import CoppiceSparsity
public import CoppiceTensors

/// What all agents of a world together took with one sparsity.
public struct CrowdBenchmarkRow: Codable, Sendable, Equatable {
  /// The sparsity as it was asked for.
  public var sparsity: String
  /// Seconds in which everybody observes and chooses an action.
  public var act: Spread
  /// Seconds of the step of the world that follows.
  public var step: Spread
  /// Seconds in which everybody observes, chooses, acts, and has it stored, and the network learns from one
  /// batch; nothing where that was not asked for.
  public var cycle: Spread?

  private enum CodingKeys: String, CodingKey {
    case sparsity
    case act = "act_seconds"
    case step = "step_seconds"
    case cycle = "cycle_seconds"
  }
}

/// A run of the benchmark of crowds.
public struct CrowdBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// How many agents the world began with.
  public var agents: Int
  /// Threads of everything.
  public var threads: Int
  /// The instructions that the kernels used.
  public var instructionSet: InstructionSet
  /// Samples of a batch of the update.
  public var batch: Int
  /// One for each sparsity, in the order asked for.
  public var rows: [CrowdBenchmarkRow]

  private enum CodingKeys: String, CodingKey {
    case schema, agents, threads, batch, rows
    case instructionSet = "instruction_set"
  }

  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("sparsity", .left), ("act/s", .right), ("step/s", .right), ("cycle/s", .right),
    ])
    func text(_ spread: Spread?) -> String {
      guard let spread else { return "-" }
      func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
      return "\(rounded(spread.median)) (\(rounded(spread.low))–\(rounded(spread.high)))"
    }
    for row in rows { table.add([row.sparsity, text(row.act), text(row.step), text(row.cycle)]) }
    return table
  }
}

/// Measures soldiers, mixed all over a field, who all act by one network that MAgent's learners use: two
/// convolutions, two branches of 256 units, dueling heads.
///
/// The network is not trained: what it costs does not depend on what it has learned. Everybody explores half of
/// the time, so that soldiers spread over the field as they do in training.
public struct CrowdBenchmark: Sendable {
  /// Soldiers of both sides.
  public var agents = 1_000_000
  /// Threads of everything.
  public var threads = 2
  /// Steps in which everybody acts.
  public var steps = 3
  /// Steps in which everybody acts and learns; 0 for none.
  public var cycles = 0
  /// Samples of a batch.
  public var batch = 256

  /// The settings above.
  public init() {}

  /// Measures each sparsity by itself, one after the other.
  ///
  /// The first step of each is not counted.
  ///
  /// - Parameter sparsities: Which weights are kept.
  /// - Returns: A row for each, in their order.
  /// - Throws: `UserError` of kind `configuration` for a world or a sparsity that cannot be.
  public func run(_ sparsities: [String]) throws(UserError) -> CrowdBenchmarkReport {
    var rows: [CrowdBenchmarkRow] = []
    for sparsity in sparsities { rows.append(try measure(sparsity)) }
    return CrowdBenchmarkReport(
      agents: agents, threads: threads, instructionSet: KernelArithmetic.fastest.instructionSet,
      batch: batch, rows: rows)
  }

  private func measure(_ sparsity: String) throws(UserError) -> CrowdBenchmarkRow {
    let (pool, key) = (WorkerPool(threadCount: threads), RandomKey(seed: 1))
    let episode = try WorldEpisode(
      .mixedBattle(agents: agents), key: key.split("world"), pool: pool)
    var setup = CrowdLearnerSetup(
      AgentShape(of: 0, in: episode.world), key: key.split("learner"), pool: pool)
    setup.sparsity = try SparsityExpression(sparsity)
    setup.learns = cycles > 0
    var configuration = DQNLearner.defaults
    configuration.dqn.batchSize = batch
    // what everybody sees, and what everybody saw before
    configuration.dqn.historyCapacity = max(batch, 2 * agents + 2 * agents / 10)
    configuration.schedule.initialExploration = 0.5
    configuration.schedule.finalExploration = 0.5
    let learner = try DQNLearner(configuration, setup: setup)
    let policy = DQNPolicy(learner.dqn, exploration: 0.5)
    var (acts, moves, whole): ([Double], [Double], [Double]) = ([], [], [])
    for step in 0...steps where !episode.isFinished {
      let start = secondsNow()
      for group in episode.groups.indices {
        policy.act(for: group, in: episode, key: key.split("act").split(step).split(group))
      }
      let acted = secondsNow()
      episode.step()
      episode.clearDead()
      guard step > 0 else { continue }
      acts.append(acted - start)
      moves.append(secondsNow() - acted)
    }
    if cycles > 0 { whole = cycle(learner, episode, key: key.split("cycle")) }
    return CrowdBenchmarkRow(
      sparsity: sparsity, act: Spread(acts), step: Spread(moves),
      cycle: whole.isEmpty ? nil : Spread(whole))
  }

  private func cycle(
    _ learner: DQNLearner, _ episode: WorldEpisode, key: RandomKey
  ) -> [Double] {
    let groups = Array(episode.groups.indices)
    learner.begin(episode, groups: groups)
    var seconds: [Double] = []
    for step in 0...cycles where !episode.isFinished {
      let (start, key) = (secondsNow(), key.split(step))
      for group in groups { learner.act(for: group, in: episode, key: key.split(group)) }
      episode.step()
      for group in groups { learner.receive(for: group, in: episode) }
      episode.clearDead()
      // nothing can be drawn before the first outcomes are known
      guard step > 0 else { continue }
      learner.dqn.update(step: step, key: key.split("update"))
      seconds.append(secondsNow() - start)
    }
    return seconds
  }
}
