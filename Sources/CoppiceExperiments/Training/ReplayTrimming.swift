import CoppiceAgents
import CoppiceReplay
import CoppiceTensors

/// Drops the oldest transitions of a replay while the policy would act otherwise by now.
final class ReplayTrimming {
  private let plan: DynamicReplay
  private let agent: any Algorithm
  private let replay: ReplayBuffer
  private let observations: AlignedBuffer<Double>
  private let stored: AlignedBuffer<Double>
  private let chosen: AlignedBuffer<Double>

  /// Checks of what `replay` holds against what `agent` would do; nothing where none are wanted.
  init?(_ plan: DynamicReplay, agent: any Algorithm, replay: ReplayBuffer) {
    guard plan.checkEvery > 0 else { return nil }
    self.plan = plan
    self.agent = agent
    self.replay = replay
    observations = AlignedBuffer(count: panelWidth * replay.observationCount)
    stored = AlignedBuffer(count: panelWidth * replay.actionCount)
    chosen = AlignedBuffer(count: panelWidth * replay.actionCount)
  }

  /// Checks where a check was due between two environment steps.
  ///
  /// - Complexity: K acts of the policy, and K more for every K transitions that are dropped. No
  ///   allocation after the first check.
  func check(from before: Int, to now: Int) {
    guard before / plan.checkEvery != now / plan.checkEvery else { return }
    while replay.count > plan.smallestCount {
      let count = min(plan.sampleCount, replay.count)
      guard distance(count) > plan.threshold else { return }
      replay.dropOldest(min(count, replay.count - plan.smallestCount))
    }
  }

  /// How far the policy is from the actions of the `count` oldest transitions.
  private func distance(_ count: Int) -> Double {
    var sum = 0.0
    for first in stride(from: 0, to: count, by: panelWidth) {
      let live = min(panelWidth, count - first)
      for row in 0..<live {
        replay.copy(
          transition: replay.oldest + first + row,
          observation: observations.pointer + row * replay.observationCount,
          action: stored.pointer + row * replay.actionCount)
      }
      agent.act(
        observations: UnsafePointer(observations.pointer), count: live, exploring: nil,
        actions: chosen.pointer)
      for row in 0..<live { sum += distance(ofRow: row) }
    }
    return sum / Double(count)
  }

  private func distance(ofRow row: Int) -> Double {
    var squares = 0.0
    for index in (row * replay.actionCount)..<((row + 1) * replay.actionCount) {
      let difference = chosen.pointer[index] - stored.pointer[index]
      squares += difference * difference
    }
    switch plan.distance {
    case .euclidean: return squares.squareRoot()
    case .halfMeanSquare: return squares / Double(2 * replay.actionCount)
    }
  }
}
