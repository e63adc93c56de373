public import CoppiceTensors

/// The gradients of every weight of some layers of a ``RecurrentNetwork``, kept or not.
public final class RecurrentGradient<Scalar: NetworkScalar>: EveryLayerGradient {
  /// For each layer `[O, I]`: ∂ loss / ∂ W; empty for layers that nobody asked for.
  public let weights: [AlignedBuffer<Scalar>]

  let encoder: FeedForwardGradient<Scalar>
  let head: FeedForwardGradient<Scalar>
  let unitWeights: [AlignedBuffer<Scalar>]
  let unitBiases: [AlignedBuffer<Scalar>]
  /// For each layer of the unit; nothing for those that nobody asked for.
  let scratch: [StageScratch<Scalar>?]

  init(_ network: RecurrentNetwork<Scalar>, panelCount: Int, isWanted: (Int) -> Bool) {
    let first = network.encoder.layers.count
    let behind = first + network.unit.layers.count
    encoder = FeedForwardGradient(network.encoder, panelCount: panelCount, isWanted: isWanted)
    head = FeedForwardGradient(network.head, panelCount: panelCount) { isWanted(behind + $0) }
    let wanted = network.unit.stages.indices.map { isWanted(first + $0) }
    let layers = Array(zip(network.unit.layers, wanted))
    unitWeights = layers.map { AlignedBuffer(count: $1 ? $0.shape.weightCount : 0) }
    unitBiases = layers.map { AlignedBuffer(count: $1 ? $0.shape.outputs : 0) }
    scratch = zip(network.unit.stages, wanted).map {
      $1 ? $0.makeScratch(panelCount: panelCount, for: .everyGradient) : nil
    }
    weights = encoder.weights + unitWeights + head.weights
  }
}

extension RecurrentNetwork {
  /// Room for the gradients of every weight of some layers.
  ///
  /// - Parameters:
  ///   - sampleCount: Samples of all panels of a batch: 64 for each step of each panel of sequences.
  ///   - isWanted: Which layers, by their index.
  /// - Returns: The room.
  public func makeEveryGradient(
    sampleCount: Int, isWanted: (Int) -> Bool
  ) -> RecurrentGradient<Scalar> {
    RecurrentGradient(self, panelCount: panelCountFor(samples: sampleCount), isWanted: isWanted)
  }

  /// Lays out, or sums already, what the gradients of every weight of `panels` are made of.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func prepare(
    _ gradient: RecurrentGradient<Scalar>, panels: Range<Int>, input: PanelRun<Scalar>,
    trace: RecurrentTrace<Scalar>
  ) {
    encoder.prepare(gradient.encoder, panels: panels, input: input, trace: trace.encoder)
    for index in unit.stages.indices {
      guard let scratch = gradient.scratch[index] else { continue }
      let sides = unit.sides(of: index, input: trace.encoder.output.run, trace: trace.unit)
      unit.stages[index].prepareWeightGradients(
        panels: panels, input: sides.read, outputGradient: sides.gradient, scratch: scratch)
    }
    head.prepare(
      gradient.head, panels: panels, input: trace.unit.outputs.run, trace: trace.head)
  }

  /// Sums the gradients of every weight over the batch, for the share of `part`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sum(
    _ gradient: RecurrentGradient<Scalar>, part: Part, input: PanelRun<Scalar>,
    trace: RecurrentTrace<Scalar>
  ) {
    encoder.sum(gradient.encoder, part: part, input: input, trace: trace.encoder)
    for index in unit.stages.indices {
      guard let scratch = gradient.scratch[index] else { continue }
      let sides = unit.sides(of: index, input: trace.encoder.output.run, trace: trace.unit)
      unit.stages[index].backwardWeights(
        part: part, input: sides.read, outputGradient: sides.gradient,
        weights: gradient.unitWeights[index], biases: gradient.unitBiases[index],
        scratch: scratch)
    }
    head.sum(gradient.head, part: part, input: trace.unit.outputs.run, trace: trace.head)
  }
}
