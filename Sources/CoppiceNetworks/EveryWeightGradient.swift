public import CoppiceTensors

/// The gradients of every weight of a network, kept or not: what rules that grow weights ask for.
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
  /// For each layer `[O, I]`: ∂ loss / ∂ W, as ``compute(_:input:trace:)`` left it.
  public let weights: [AlignedBuffer<Scalar>]

  private let biases: [AlignedBuffer<Scalar>]
  private let transposed: [AlignedBuffer<Scalar>]

  /// Room for the gradients of `network` over batches of up to `sampleCount` samples.
  public init(for network: MLP<Scalar>, sampleCount: Int) {
    let panelCount = panelCountFor(samples: sampleCount)
    weights = network.layers.map { AlignedBuffer(count: $0.shape.weightCount) }
    biases = network.layers.map { AlignedBuffer(count: $0.shape.outputs) }
    transposed = network.layers.map {
      AlignedBuffer(
        count: network.arithmetic.transposedCount($0.shape, panelCount: panelCount))
    }
  }

  /// Sums the gradients over the batch.
  ///
  /// - Parameters:
  ///   - network: The network that the room was made for.
  ///   - input: What went into it.
  ///   - trace: A trace whose backward pass has run for all panels.
  public func compute(_ network: MLP<Scalar>, input: PanelRun<Scalar>, trace: MLPTrace<Scalar>) {
    for (index, layer) in network.layers.enumerated() {
      let inputs = index == 0 ? input : trace.outputs[index - 1].run
      let scratch = transposed[index]
      if scratch.count > 0 {
        for panel in 0..<trace.panelCount {
          network.arithmetic.transpose(
            layer.shape, panel: panel, panelCount: trace.panelCount,
            input: inputs.start + panel * inputs.stride, transposed: scratch.pointer)
        }
      }
      network.arithmetic.denseBackwardWeights(
        layer.shape, part: .whole, inputs: inputs, outputGradients: trace.gradients[index].run,
        transposed: scratch.count > 0 ? UnsafePointer(scratch.pointer) : nil,
        weightGradient: weights[index].pointer, biasGradient: biases[index].pointer)
    }
  }
}
