import CoppiceNetworks
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

/// Two value functions of the same sizes, of which the smaller value counts, and what an update of
/// them writes.
///
/// ## Shapes
/// - inputs `[O + A]`, observation and action; values and goals `[1]`
final class TwinCritics {
  /// The two networks that learn, their targets and their optimisers.
  let learners: [SparseLearner<MLP<Float>>]
  /// What each path of each of them writes.
  let traces: [[MLPTrace<Float>]]
  /// What their targets write.
  let targetTraces: [MLPTrace<Float>]
  /// y, what the values are compared with.
  let goals: Panels<Float>

  private let loss: MeanSquaredError<Float>
  private let batchSize: Int
  private let laps: UpdateLaps

  /// Room for updates of `learners` from batches of `batchSize`.
  ///
  /// - Parameters:
  ///   - learners: Two.
  ///   - traces: What their networks write, each its own or both the same.
  ///   - batchSize: Samples of a batch.
  ///   - target: A trace whose hidden outputs the targets may overwrite.
  ///   - arithmetic: The operations of the loss.
  ///   - laps: Where the times go.
  init(
    _ learners: [SparseLearner<MLP<Float>>], traces: [MLPTrace<Float>], batchSize: Int,
    targetsSharingHiddenOutputsOf target: MLPTrace<Float>, arithmetic: KernelArithmetic,
    laps: UpdateLaps
  ) {
    self.learners = learners
    self.traces = zip(learners, traces).map { learner, trace in
      [trace] + learner.paths.dropFirst().map { MLPTrace(for: $0, sampleCount: batchSize) }
    }
    self.laps = laps
    targetTraces = learners.map {
      MLPTrace(
        for: $0.network, sampleCount: batchSize, withGradients: false,
        sharingHiddenOutputsOf: target)
    }
    goals = Panels(featureCount: 1, sampleCount: batchSize)
    self.batchSize = batchSize
    loss = MeanSquaredError(sampleCount: batchSize, arithmetic: arithmetic)
  }

  /// Q′₁(s′, a′) and Q′₂(s′, a′).
  func evaluateTargets(_ panels: Range<Int>, inputs: Panels<Float>, _ part: Part) {
    for (critic, trace) in zip(learners, targetTraces) {
      critic.target?.forward(panels: panels, input: inputs.run, trace: trace)
    }
    laps.end(.products, part)
  }

  /// ∇ (Qᵢ(s, a) − y)², up to the products that sum over the batch.
  func compareWithGoals(
    _ panels: Range<Int>, critic index: Int, inputs: Panels<Float>,
    losses: AlignedBuffer<Double>, _ part: Part
  ) {
    let (critic, traces) = (learners[index], traces[index])
    for path in critic.paths.indices {
      critic.paths[path].forward(panels: panels, input: inputs.run, trace: traces[path])
    }
    laps.end(.products, part)
    for path in critic.paths.indices {
      for panel in panels {
        let share = loss.loss(
          panel: panel, prediction: traces[path].output, goal: goals,
          gradient: traces[path].outputGradient)
        if path == 0 { losses.pointer[index * goals.panelCount + panel] = share }
      }
    }
    critic.collaborate(panels: panels, traces: traces, sampleCount: batchSize)
    laps.end(.other, part)
    for path in critic.paths.indices {
      critic.paths[path].backward(panels: panels, trace: traces[path])
    }
    critic.prepareGradients(panels: panels, input: inputs.run, traces: traces)
    laps.end(.products, part)
  }

  /// What the network of a critic writes.
  func trace(ofCritic index: Int) -> MLPTrace<Float> { traces[index][0] }
}
