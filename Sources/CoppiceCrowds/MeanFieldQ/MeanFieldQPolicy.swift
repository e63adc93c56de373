public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceTensors

/// Chooses actions the more often the more they are worth, given what the company of each agent did last:
/// π(a | s, ā) ∝ exp(Q(s, a, ā) / T).
public final class MeanFieldQPolicy: ObservingPolicy {
  /// T; at 0 the best is chosen.
  public var temperature: Double

  private let dqn: DQN
  private let company: Company
  private let isAveraged: Bool
  private let views: ViewPanels

  /// A policy of `dqn`, which reads the mean action behind all other inputs.
  ///
  /// - Parameters:
  ///   - dqn: Whose values decide.
  ///   - company: Whose actions an agent knows.
  ///   - temperature: T.
  ///   - isAveraged: Whether its target decides, in place of its network.
  public init(_ dqn: DQN, company: Company, temperature: Double, isAveraged: Bool = false) {
    (self.dqn, self.company, self.isAveraged) = (dqn, company, isAveraged)
    self.temperature = temperature
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
    observe(group, in: episode) { observations, agents in
      dqn.choose(
        views.panels, count: agents.count, from: agents.lowerBound, exploration: 0,
        temperature: temperature, isAveraged: isAveraged, key: key,
        actions: actions + agents.lowerBound)
      body(views.panels, agents)
    }
  }

  /// Observes without acting.
  func observe(
    _ group: Int, in episode: WorldEpisode,
    _ body: (_ observations: Panels<Float>, _ agents: Range<Int>) -> Void
  ) {
    episode.observeAll(of: group, into: views, atOnce: dqn.evaluationSize) { agents in
      episode.world.writeMeanActions(
        of: agents, in: group, among: company, to: views.panels,
        from: dqn.shape.inputCount - dqn.actionCount)
      body(views.panels, agents)
    }
  }
}
