public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceTensors

/// What a DQN holds best, or with a small chance anything.
public final class DQNPolicy: ObservingPolicy {
  /// ε, the chance of any action.
  public var exploration: Double

  private let dqn: DQN
  private let isAveraged: Bool
  private let views: ViewPanels

  /// The policy of `dqn`.
  ///
  /// - Parameters:
  ///   - dqn: Whose values decide.
  ///   - exploration: ε, the chance of any action.
  ///   - isAveraged: Whether its target decides, in place of its network.
  public init(_ dqn: DQN, exploration: Double = 0, isAveraged: Bool = false) {
    (self.dqn, self.exploration, self.isAveraged) = (dqn, exploration, isAveraged)
    views = ViewPanels(featureCount: dqn.shape.inputCount, sampleCount: dqn.evaluationSize)
  }

  /// Writes an action for every agent of a group.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    act(for: group, in: episode, key: key) { _, _ in }
  }

  /// The same, and shows what was seen.
  func act(
    for group: Int, in episode: WorldEpisode, key: RandomKey,
    _ body: (_ observations: Panels<Float>, _ agents: Range<Int>) -> Void
  ) {
    guard let actions = episode.actions(of: group).baseAddress else { return }
    episode.observeAll(of: group, into: views, atOnce: dqn.evaluationSize) { agents in
      dqn.choose(
        views.panels, count: agents.count, from: agents.lowerBound, exploration: exploration,
        isAveraged: isAveraged, key: key, actions: actions + agents.lowerBound)
      body(views.panels, agents)
    }
  }

  /// Observes without acting.
  func observe(
    _ group: Int, in episode: WorldEpisode,
    _ body: (_ observations: Panels<Float>, _ agents: Range<Int>) -> Void
  ) {
    episode.observeAll(of: group, into: views, atOnce: dqn.evaluationSize) { agents in
      body(views.panels, agents)
    }
  }
}
