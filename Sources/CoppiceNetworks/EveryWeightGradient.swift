public import CoppiceTensors

/// The gradients of every weight of some layers, kept or not: what rules that grow weights ask for.
///
/// A sparse layer computes the gradients of its kept weights alone. A rule that ranks the others by
/// their gradients wants the dense product, on the few steps on which it chooses.
///
/// ```swift
/// let gradient = EveryWeightGradient(for: network, sampleCount: 256)
/// gradient.compute(network, input: batch.run, trace: trace)
/// let strongest = gradient.weights[0].elements.max { abs($0) < abs($1) }
/// ```
///
/// - Complexity: a dense weight gradient of every layer; no allocation after the initialiser.
public final class EveryWeightGradient<Scalar: NetworkScalar> {
  /// For each layer `[O, I]`: ∂ loss / ∂ W, as ``compute(_:input:trace:)`` left it; empty for layers
  /// that nobody asked for.
  public let weights: [AlignedBuffer<Scalar>]

  private let biases: [AlignedBuffer<Scalar>]
  private let transposed: [AlignedBuffer<Scalar>]

  /// Room for the gradients of `network` over batches of up to `sampleCount` samples.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - sampleCount: The most samples of a batch.
  ///   - isWanted: Which layers, by their index; all without.
  public init(
    for network: MLP<Scalar>, sampleCount: Int, isWanted: (Int) -> Bool = { _ in true }
  ) {
    let panelCount = panelCountFor(samples: sampleCount)
    let wanted = network.layers.indices.map(isWanted)
    let layers = Array(zip(network.layers, wanted))
    weights = layers.map { AlignedBuffer(count: $1 ? $0.shape.weightCount : 0) }
    biases = layers.map { AlignedBuffer(count: $1 ? $0.shape.outputs : 0) }
    transposed = layers.map { layer, isWanted in
      let room = network.arithmetic.transposedCount(layer.shape, panelCount: panelCount)
      return AlignedBuffer(count: isWanted ? room : 0)
    }
  }

  /// Sums the gradients over the batch.
  ///
  /// - Parameters:
  ///   - network: The network that the room was made for.
  ///   - input: What went into it.
  ///   - trace: A trace whose backward pass has run for all panels.
  public func compute(_ network: MLP<Scalar>, input: PanelRun<Scalar>, trace: MLPTrace<Scalar>) {
    prepare(network, panels: 0..<trace.panelCount, input: input, trace: trace)
    sum(network, part: .whole, input: input, trace: trace)
  }

  /// Lays out the inputs of `panels`; comes before ``sum(_:part:input:trace:)`` of any part.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func prepare(
    _ network: MLP<Scalar>, panels: Range<Int>, input: PanelRun<Scalar>, trace: MLPTrace<Scalar>
  ) {
    for (index, layer) in network.layers.enumerated() where transposed[index].count > 0 {
      let inputs = index == 0 ? input : trace.outputs[index - 1].run
      for panel in panels {
        network.arithmetic.transpose(
          layer.shape, panel: panel, panelCount: trace.panelCount,
          input: inputs.start + panel * inputs.stride, transposed: transposed[index].pointer)
      }
    }
  }

  /// Sums the gradients over the batch, for the share of `part`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sum(
    _ network: MLP<Scalar>, part: Part, input: PanelRun<Scalar>, trace: MLPTrace<Scalar>
  ) {
    for (index, layer) in network.layers.enumerated() where weights[index].count > 0 {
      let scratch = transposed[index]
      network.arithmetic.denseBackwardWeights(
        layer.shape, part: part,
        inputs: index == 0 ? input : trace.outputs[index - 1].run,
        outputGradients: trace.gradients[index].run,
        transposed: scratch.count > 0 ? UnsafePointer(scratch.pointer) : nil,
        weightGradient: weights[index].pointer, biasGradient: biases[index].pointer)
    }
  }
}
