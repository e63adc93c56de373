public import CoppiceGridWorld
public import CoppiceTensors

/// What is open in a history while an episode goes on: for each agent the row of what it saw last, what it did
/// then, and what it earned until its next row is there.
///
/// Everything lies by the numbers of the agents, whatever their order.
public final class HistoryNotes {
  private let history: AgentHistory
  private var rows = AlignedBuffer<Int64>(count: 1)
  private var actions = AlignedBuffer<Int32>(count: 1)
  private var rewards = AlignedBuffer<Float>(count: 1)
  /// Whether an agent's row waits for the one that follows.
  private var isWaiting = AlignedBuffer<UInt8>(count: 1)

  /// Notes on `history`, with nothing open.
  public init(_ history: AgentHistory) { self.history = history }

  /// Makes room for the agents of an episode, and forgets what was open.
  ///
  /// - Complexity: O(agents); allocates where there are more than ever before.
  public func begin(_ episode: WorldEpisode) {
    if rows.count < episode.agentCapacity {
      rows = AlignedBuffer(count: episode.agentCapacity)
      actions = AlignedBuffer(count: episode.agentCapacity)
      rewards = AlignedBuffer(count: episode.agentCapacity)
      isWaiting = AlignedBuffer(count: episode.agentCapacity)
    }
    isWaiting.zero()
  }

  /// Opens rows for what agents see, and links those that wait to them.
  ///
  /// - Parameters:
  ///   - panels: Observations.
  ///   - agents: Whose they are, in the order of the group.
  ///   - group: Which group.
  ///   - episode: Before its next step, or after its last.
  public func see(
    _ panels: Panels<Float>, _ agents: Range<Int>, of group: Int, in episode: WorldEpisode
  ) {
    let numbers = episode.numbers(of: group)
    for (row, agent) in zip(history.open(panels, first: agents.count), agents) {
      let number = Int(numbers[agent])
      if isWaiting.pointer[number] != 0 {
        isWaiting.pointer[number] = 0
        history.link(
          Int(rows.pointer[number]), to: row, action: Int(actions.pointer[number]),
          reward: rewards.pointer[number])
      }
      rows.pointer[number] = Int64(row)
    }
  }

  /// Notes what was chosen for the agents of a group.
  public func act(_ group: Int, in episode: WorldEpisode) {
    let (numbers, chosen) = (episode.numbers(of: group), episode.actions(of: group))
    for agent in numbers.indices { actions.pointer[Int(numbers[agent])] = Int32(chosen[agent]) }
  }

  /// Notes what came of a step for the agents of a group.
  ///
  /// - Parameters:
  ///   - group: Which group; its agents had rows before the step.
  ///   - episode: After the step, before the dead are cleared.
  ///   - scale: What rewards are multiplied by.
  /// - Returns: How many agents acted.
  public func receive(_ group: Int, in episode: WorldEpisode, scale: Float) -> Int {
    let (numbers, earned) = (episode.numbers(of: group), episode.rewards(of: group))
    let isTerminated = episode.isTerminated(of: group)
    for agent in numbers.indices {
      let (number, reward) = (Int(numbers[agent]), earned[agent] * scale)
      if isTerminated[agent] {
        history.end(
          Int(rows.pointer[number]), action: Int(actions.pointer[number]), reward: reward)
      } else {
        (rewards.pointer[number], isWaiting.pointer[number]) = (reward, 1)
      }
    }
    return numbers.count
  }
}
