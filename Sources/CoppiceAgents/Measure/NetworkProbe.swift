import CoppiceNetworks
public import CoppiceRandom
public import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

/// Looks into the networks of any agent: what their units do on transitions that it remembers.
///
/// The batch is drawn by a key of its own and nothing that training depends on is written, so a run has
/// the same bits with and without measurements.
///
/// - Complexity: a forward pass of every network, and an effective rank of each (see `EffectiveRank`).
public final class NetworkProbe {
  private let agent: any Algorithm
  private let replay: ReplayBuffer
  private let batch: TransitionBatch
  private let traces: [MLPTrace<Float>]
  private let pool = WorkerPool(threadCount: 1)

  /// A probe of `agent`, on what `replay` holds.
  public init(agent: any Algorithm, replay: ReplayBuffer) {
    self.agent = agent
    self.replay = replay
    batch = TransitionBatch(
      sampleCount: agent.batchSize, observationCount: replay.observationCount,
      actionCount: replay.actionCount)
    traces = agent.learners.map {
      MLPTrace(for: $0.learner.network, sampleCount: agent.batchSize, withGradients: false)
    }
  }

  /// Dormant and disconnected units and the effective rank of the last hidden layer, for each network.
  ///
  /// - Parameter key: Which transitions.
  /// - Returns: Nothing where the replay is empty.
  public func measure(key: RandomKey) -> [Measurement] {
    guard run(key: key) else { return [] }
    var result: [Measurement] = []
    for (entry, trace) in zip(agent.learners, traces) {
      let hidden = activities(entry.learner.network, trace)
      let units = hidden.reduce(0) { $0 + $1.scores.count }
      let share = { (count: (UnitActivity) -> Int) in
        Double(hidden.reduce(0) { $0 + count($1) }) / Double(max(1, units))
      }
      for (name, threshold) in [("0.025", 0.025), ("0.1", 0.1)] {
        result.append(
          Measurement(
            name: "network/dormant-\(name)-\(entry.name)",
            value: share { $0.dormant(threshold: threshold).count { $0 } }))
      }
      result.append(
        Measurement(
          name: "network/disconnected-\(entry.name)",
          value: share { $0.isDisconnected.count { $0 } }))
      guard trace.outputs.count > 1 else { continue }
      let rank = EffectiveRank(
        of: trace.outputs[trace.outputs.count - 2], sampleCount: agent.batchSize)
      result.append(
        Measurement(name: "network/effective-rank-\(entry.name)", value: Double(rank.value)))
    }
    return result
  }

  /// Gives the dormant units of every network a new beginning.
  ///
  /// - Parameters:
  ///   - threshold: τ, below which a unit counts as dormant.
  ///   - key: Which transitions, and the new weights.
  /// - Returns: How many units began anew.
  @discardableResult
  public func recycle(threshold: Double, key: RandomKey) -> Int {
    guard run(key: key.split("batch")) else { return 0 }
    var count = 0
    for (number, (entry, trace)) in zip(agent.learners, traces).enumerated() {
      for (index, activity) in activities(entry.learner.network, trace).enumerated() {
        let units = activity.dormant(threshold: threshold)
        let dormant = units.count { $0 }
        guard dormant > 0 else { continue }
        count += dormant
        entry.learner.recycle(
          units, ofLayer: index, key: key.split("weights").split(number).split(index))
      }
    }
    return count
  }

  /// The activity of every hidden layer.
  private func activities(_ network: MLP<Float>, _ trace: MLPTrace<Float>) -> [UnitActivity] {
    network.layers.dropLast().indices.map {
      UnitActivity(
        of: network.layers[$0], outputs: trace.outputs[$0], sampleCount: agent.batchSize)
    }
  }

  /// Sends a batch through all networks.
  private func run(key: RandomKey) -> Bool {
    guard replay.count > 0 else { return false }
    replay.sample(into: batch, key: key, pool: pool)
    let panels = 0..<batch.panelCount
    if let normaliser = agent.normaliser {
      for panel in panels { normaliser.normalise(panel: batch.inputs.panel(panel)) }
    }
    for (entry, trace) in zip(agent.learners, traces) {
      entry.learner.network.forward(panels: panels, input: batch.inputs.run, trace: trace)
    }
    return true
  }
}
