public import CoppiceTensors

/// The gradients of every weight of some layers of a ``FeedForwardNetwork``, kept or not.
public final class FeedForwardGradient<Scalar: NetworkScalar>: EveryLayerGradient {
  /// For each layer `[O, I]`: ∂ loss / ∂ W; empty for layers that nobody asked for.
  public let weights: [AlignedBuffer<Scalar>]

  let biases: [AlignedBuffer<Scalar>]
  /// For each layer; nothing for those that nobody asked for.
  let scratch: [StageScratch<Scalar>?]

  init(
    _ network: FeedForwardNetwork<Scalar>, panelCount: Int, isWanted: (Int) -> Bool
  ) {
    let stages = network.steps.filter { $0.stage.layer != nil }.map(\.stage)
    let wanted = stages.indices.map(isWanted)
    let layers = Array(zip(network.layers, wanted))
    weights = layers.map { AlignedBuffer(count: $1 ? $0.shape.weightCount : 0) }
    biases = layers.map { AlignedBuffer(count: $1 ? $0.shape.outputs : 0) }
    scratch = zip(stages, wanted).map {
      $1 ? $0.makeScratch(panelCount: panelCount, for: .everyGradient) : nil
    }
  }
}

extension FeedForwardNetwork {
  /// Room for the gradients of every weight of some layers.
  public func makeEveryGradient(
    sampleCount: Int, isWanted: (Int) -> Bool
  ) -> FeedForwardGradient<Scalar> {
    FeedForwardGradient(self, panelCount: panelCountFor(samples: sampleCount), isWanted: isWanted)
  }

  /// Lays out, or sums already, what the gradients of every weight of `panels` are made of.
  public func prepare(
    _ gradient: FeedForwardGradient<Scalar>, panels: Range<Int>, input: PanelRun<Scalar>,
    trace: FeedForwardTrace<Scalar>
  ) {
    var index = 0
    for step in steps where step.stage.layer != nil {
      if let scratch = gradient.scratch[index] {
        step.stage.prepareWeightGradients(
          panels: panels, input: trace.read(step.source, input),
          outputGradient: trace.run(of: step.target, in: trace.gradients).run, scratch: scratch)
      }
      index += 1
    }
  }

  /// Sums the gradients of every weight over the batch, for the share of `part`.
  public func sum(
    _ gradient: FeedForwardGradient<Scalar>, part: Part, input: PanelRun<Scalar>,
    trace: FeedForwardTrace<Scalar>
  ) {
    var index = 0
    for step in steps where step.stage.layer != nil {
      if let scratch = gradient.scratch[index] {
        step.stage.backwardWeights(
          part: part, input: trace.read(step.source, input),
          outputGradient: trace.run(of: step.target, in: trace.gradients).run,
          weights: gradient.weights[index], biases: gradient.biases[index], scratch: scratch)
      }
      index += 1
    }
  }
}
