public import CoppiceGridWorld
import CoppiceNetworks
public import CoppiceRandom
import CoppiceTensors

/// Draws from the policy of an actor-critic.
public final class ActorCriticPolicy: ObservingPolicy {
  private let actorCritic: ActorCritic
  private let views: ViewPanels

  /// The policy of `actorCritic`.
  public init(_ actorCritic: ActorCritic) {
    self.actorCritic = actorCritic
    views = ViewPanels(
      featureCount: actorCritic.shape.inputCount, sampleCount: actorCritic.evaluationSize)
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
    episode.observeAll(of: group, into: views, atOnce: actorCritic.evaluationSize) {
      agents in
      actorCritic.choose(
        views.panels, count: agents.count, from: agents.lowerBound, key: key,
        actions: actions + agents.lowerBound)
      body(views.panels, agents)
    }
  }

  /// Observes without acting.
  func observe(
    _ group: Int, in episode: WorldEpisode,
    _ body: (_ observations: Panels<Float>, _ agents: Range<Int>) -> Void
  ) {
    episode.observeAll(of: group, into: views, atOnce: actorCritic.evaluationSize) {
      agents in body(views.panels, agents)
    }
  }
}
