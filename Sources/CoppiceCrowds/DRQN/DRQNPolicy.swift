public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceTensors

/// What a recurrent DQN holds best, or with a small chance anything; it remembers what each agent saw since
/// the episode began.
public final class DRQNPolicy: ObservingPolicy {
  /// ε, the chance of any action.
  public var exploration: Double

  private let drqn: DRQN
  private let views: ViewPanels
  private let states: AgentStates

  /// The policy of `drqn`, which remembers nothing yet.
  public init(_ drqn: DRQN, exploration: Double = 0) {
    (self.drqn, self.exploration) = (drqn, exploration)
    views = ViewPanels(featureCount: drqn.shape.inputCount, sampleCount: drqn.evaluationSize)
    states = AgentStates(unitCount: drqn.configuration.recurrentUnits)
  }

  /// Writes an action for every agent of a group.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    act(for: group, in: episode, key: key) { _, _ in }
  }

  /// Makes room for the agents of an episode.
  func begin(_ episode: WorldEpisode) { states.reserve(episode.agentCapacity) }

  /// The same, and shows what was seen.
  func act(
    for group: Int, in episode: WorldEpisode, key: RandomKey,
    _ body: (_ observations: Panels<Float>, _ agents: Range<Int>) -> Void
  ) {
    guard let actions = episode.actions(of: group).baseAddress else { return }
    let numbers = episode.numbers(of: group)
    if episode.stepCount == 0 {
      begin(episode)
      states.forget(numbers)
    }
    episode.observeAll(of: group, into: views, atOnce: drqn.evaluationSize) { agents in
      drqn.choose(
        views.panels, numbers: UnsafeBufferPointer(rebasing: numbers[agents]), states: states,
        from: agents.lowerBound, exploration: exploration, key: key,
        actions: actions + agents.lowerBound)
      body(views.panels, agents)
    }
  }

  /// Observes without acting or remembering.
  func observe(
    _ group: Int, in episode: WorldEpisode,
    _ body: (_ observations: Panels<Float>, _ agents: Range<Int>) -> Void
  ) {
    episode.observeAll(of: group, into: views, atOnce: drqn.evaluationSize) { agents in
      body(views.panels, agents)
    }
  }
}
