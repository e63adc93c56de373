import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors

/// A policy that shows what it sees, so that somebody can learn from it.
protocol ObservingPolicy: GroupPolicy {
  /// Writes an action for every agent of a group, and shows what was seen.
  ///
  /// - Parameters:
  ///   - group: Which group.
  ///   - episode: Before its next step.
  ///   - key: Randomness of this step and group.
  ///   - body: Receives observations, and which agents they are of.
  func act(
    for group: Int, in episode: WorldEpisode, key: RandomKey,
    _ body: (_ observations: Panels<Float>, _ agents: Range<Int>) -> Void)

  /// Observes without acting.
  func observe(
    _ group: Int, in episode: WorldEpisode,
    _ body: (_ observations: Panels<Float>, _ agents: Range<Int>) -> Void)
}
