public import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors

/// What learners have in common that draw from a history while agents act: they note what happens, count it,
/// and update as often as it is due.
public final class HistoryLearning {
  /// How updates follow the steps of agents.
  public let schedule: LearningSchedule
  /// What is open in the history.
  public let notes: HistoryNotes
  /// The groups that are played in this episode.
  public private(set) var groups: [Int] = []
  /// Steps of agents so far.
  public private(set) var agentSteps = 0
  /// Updates so far.
  public private(set) var updates = 0

  private let history: AgentHistory

  /// The beginning of learning from `history`.
  public init(_ history: AgentHistory, schedule: LearningSchedule) {
    (self.history, self.schedule) = (history, schedule)
    notes = HistoryNotes(history)
  }

  /// ε, or what stands for it.
  public var exploration: Double { schedule.exploration(after: agentSteps) }

  /// Forgets what was open.
  public func begin(_ episode: WorldEpisode, groups: [Int]) {
    self.groups = groups
    notes.begin(episode)
  }

  /// Has a policy act for a group, and notes what was seen and done.
  func act(
    by policy: some ObservingPolicy, for group: Int, in episode: WorldEpisode, key: RandomKey
  ) {
    policy.act(for: group, in: episode, key: key) { observations, agents in
      notes.see(observations, agents, of: group, in: episode)
    }
    notes.act(group, in: episode)
  }

  /// Notes what those see who were cut off.
  func finish(_ episode: WorldEpisode, by policy: some ObservingPolicy) {
    guard !episode.isTerminated else { return }
    for group in groups {
      policy.observe(group, in: episode) { observations, agents in
        notes.see(observations, agents, of: group, in: episode)
      }
    }
  }

  /// Notes rewards and ends.
  public func receive(for group: Int, in episode: WorldEpisode) {
    agentSteps += notes.receive(group, in: episode, scale: Float(schedule.rewardScale))
  }

  /// Updates as often as agents' steps are due to be learned from.
  ///
  /// - Parameters:
  ///   - key: Of all updates.
  ///   - update: Receives the number of an update, the first of which is 1, and its key.
  public func learn(key: RandomKey, _ update: (_ step: Int, _ key: RandomKey) -> Void) {
    let due = schedule.updates(after: agentSteps)
    guard updates < due, history.canBeDrawnFrom else { return }
    while updates < due {
      updates += 1
      update(updates, key.split(updates))
    }
  }
}

extension HistoryLearning: Checkpointable {
  /// Saves the counts; the history is saved by whoever owns it.
  public func save(into tensors: inout NamedTensors) {
    tensors.set("progress", [Int64(agentSteps), Int64(updates)])
  }

  /// Restores the counts.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    let progress: [Int64] = try tensors.get("progress")
    guard progress.count == 2, progress.allSatisfy({ $0 >= 0 }) else {
      throw UserError(
        .checkpoint, found: "\(progress) as progress", expected: "two counts",
        action: "use a checkpoint that was not altered")
    }
    (agentSteps, updates) = (Int(progress[0]), Int(progress[1]))
  }
}
