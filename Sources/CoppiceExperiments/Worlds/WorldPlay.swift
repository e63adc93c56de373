public import CoppiceGridWorld
import CoppiceRandom
public import CoppiceReports
public import CoppiceTensors

/// What came of an episode.
public struct WorldPlayReport: Codable, Sendable, Equatable {
  /// One group.
  public struct Group: Codable, Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// How many agents it began with.
    public var began: Int
    /// How many were alive at the end.
    public var alive: Int
    /// What its agents earned, all steps together, for each that it began with.
    public var reward: Double
  }

  /// The format of this report.
  public var schema = 1
  /// Steps that were played.
  public var steps: Int
  /// How it ended: `terminated`, `truncated`, or `stopped` where no more steps were asked for.
  public var end: String
  /// The groups, in their order.
  public var groups: [Group]
  /// The same for the same world, seed and steps, on any number of threads.
  public var digest: String

  /// The groups for people.
  public var table: TextTable {
    var table = TextTable([
      ("group", .left), ("began", .right), ("alive", .right), ("reward each", .right),
    ])
    for group in groups {
      table.add([
        group.name, "\(group.began)", "\(group.alive)",
        "\((group.reward * 1000).rounded() / 1000)",
      ])
    }
    return table
  }
}

/// Plays worlds with agents that act by chance.
public struct WorldPlay: Sendable {
  /// Threads of a step.
  public var threads = 1
  /// At most how many steps.
  public var steps = 100
  /// What everything random is from.
  public var seed: UInt64 = 0

  /// The settings above.
  public init() {}

  /// Plays one episode, or the beginning of one.
  ///
  /// - Parameters:
  ///   - description: The world.
  ///   - file: Where measures of every step go, if anywhere; it is finished in the end.
  /// - Returns: What came of it.
  /// - Throws: `UserError` of kind `configuration` for a world that cannot be, of kind `file` when the file cannot be
  ///   written.
  public func run(
    _ description: WorldDescription, measures file: WorldMeasureFile? = nil
  ) throws(UserError) -> WorldPlayReport {
    let key = RandomKey(seed: seed)
    let episode = try WorldEpisode(
      description, key: key.split("world"), pool: WorkerPool(threadCount: threads))
    let players = RandomPlayers(key: key.split("actions"))
    let measurement = file.map { WorldMeasurement(of: episode.world, $0.measures) }
    let names = episode.groups.map { _ in "random" }
    var rewards = [Double](repeating: 0, count: episode.groups.count)
    while episode.stepCount < steps, !episode.isFinished {
      players.choose(in: episode.world)
      episode.step()
      for group in rewards.indices {
        rewards[group] += episode.rewards(of: group).reduce(0) { $0 + Double($1) }
      }
      if let file, let measurement {
        measurement.take()
        try file.add(measurement, players: names)
      }
      episode.clearDead()
    }
    try file?.finish()
    return WorldPlayReport(
      steps: episode.stepCount,
      end: episode.isTerminated ? "terminated" : episode.isTruncated ? "truncated" : "stopped",
      groups: zip(episode.groups, rewards).map { group, reward in
        WorldPlayReport.Group(
          name: group.name, began: group.placedCount, alive: group.livingCount,
          reward: reward / Double(max(1, group.placedCount)))
      }, digest: String(episode.world.digest, radix: 16))
  }
}
