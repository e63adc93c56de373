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
  let learners: [SparseLearner<Float>]
  /// What the networks that learn write.
  let traces: [MLPTrace<Float>]
  /// What their targets write.
  let targetTraces: [MLPTrace<Float>]
  /// y, what the values are compared with.
  let goals: Panels<Float>

  private let loss: MeanSquaredError<Float>
  private let panelCount: Int
  private let laps: UpdateLaps

  /// Room for updates of `learners` from batches of `batchSize`.
  ///
  /// - Parameters:
  ///   - learners: Two.
  ///   - traces: What they write, each its own or both the same.
  ///   - batchSize: Samples of a batch.
  ///   - target: A trace whose hidden outputs the targets may overwrite.
  ///   - arithmetic: The operations of the loss.
  ///   - laps: Where the times go.
  init(
    _ learners: [SparseLearner<Float>], traces: [MLPTrace<Float>], batchSize: Int,
    targetsSharingHiddenOutputsOf target: MLPTrace<Float>, arithmetic: KernelArithmetic,
    laps: UpdateLaps
  ) {
    self.learners = learners
    self.traces = traces
    self.laps = laps
    targetTraces = learners.map {
      MLPTrace(
        for: $0.network, sampleCount: batchSize, withGradients: false,
        sharingHiddenOutputsOf: target)
    }
    goals = Panels(featureCount: 1, sampleCount: batchSize)
    panelCount = goals.panelCount
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
    let (network, trace) = (learners[index].network, traces[index])
    network.forward(panels: panels, input: inputs.run, trace: trace)
    laps.end(.products, part)
    for panel in panels {
      losses.pointer[index * panelCount + panel] = loss.loss(
        panel: panel, prediction: trace.output, goal: goals, gradient: trace.outputGradient)
    }
    laps.end(.other, part)
    network.backward(panels: panels, trace: trace)
    network.prepareWeightGradients(panels: panels, input: inputs.run, trace: trace)
    laps.end(.products, part)
  }
}
