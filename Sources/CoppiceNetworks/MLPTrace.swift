public import CoppiceTensors

/// What a forward pass leaves behind for the backward pass of the same batch.
///
/// Made once and used for every update; passes allocate nothing.
///
/// ## Shapes
/// - one `[B / 64, O, 64]` of outputs and one of gradients for every layer of `O` units
public final class MLPTrace<Scalar: NetworkScalar> {
  /// How many panels the batch has.
  public let panelCount: Int

  /// The outputs of each layer: rectified, but for the last.
  public let outputs: [Panels<Scalar>]

  /// ∂ loss / ∂ the outputs of each layer before the rectifier; empty in a trace without gradients.
  public let gradients: [Panels<Scalar>]

  /// The derivatives of the activation behind each layer, where the outputs do not tell them; empty in
  /// a trace without gradients.
  let slopes: [Panels<Scalar>?]

  /// Scratch for the inputs of each layer, transposed; empty where a layer wants none.
  let transposed: [AlignedBuffer<Scalar>]

  /// A trace for batches of up to `sampleCount` samples.
  ///
  /// - Parameters:
  ///   - network: The network that will write it.
  ///   - sampleCount: The most samples of a batch.
  ///   - withGradients: Whether a backward pass will follow; without, memory is halved.
  ///   - other: A trace whose hidden outputs may be overwritten, where the sizes agree: networks that
  ///     are asked one after the other then write to memory that is still in a near cache.
  public init(
    for network: MLP<Scalar>, sampleCount: Int, withGradients: Bool = true,
    sharingHiddenOutputsOf other: MLPTrace<Scalar>? = nil
  ) {
    let panelCount = panelCountFor(samples: sampleCount)
    self.panelCount = panelCount
    let last = network.layers.count - 1
    outputs = network.layers.enumerated().map { index, layer in
      if index < last, let other, index < other.outputs.count - 1,
        other.panelCount == panelCount, other.outputs[index].featureCount == layer.shape.outputs
      {
        return other.outputs[index]
      }
      return Panels(featureCount: layer.shape.outputs, sampleCount: sampleCount)
    }
    guard withGradients else {
      gradients = []
      slopes = []
      transposed = []
      return
    }
    gradients = network.layers.map {
      Panels(featureCount: $0.shape.outputs, sampleCount: sampleCount)
    }
    slopes = network.layers.enumerated().map { index, layer in
      network.activation(ofLayer: index).keepsSlopes
        ? Panels(featureCount: layer.shape.outputs, sampleCount: sampleCount) : nil
    }
    transposed = network.layers.map { layer in
      AlignedBuffer(count: layer.transposedCount(panelCount: panelCount))
    }
  }

  /// A trace that may overwrite the outputs and gradients of another, for networks of the same sizes
  /// that learn one after the other: what they write then stays in a near cache.
  ///
  /// What a layer wants besides depends on how it is stored, which may differ, and stays its own.
  ///
  /// - Precondition: The layers have as many outputs as those of the other trace's network.
  public init(for network: MLP<Scalar>, overwriting other: MLPTrace<Scalar>) {
    precondition(
      network.layers.map(\.shape.outputs) == other.outputs.map(\.featureCount),
      "a trace shares its outputs with networks of the same sizes alone")
    precondition(
      network.layers.indices.map { network.activation(ofLayer: $0).keepsSlopes }
        == other.slopes.map { $0 != nil },
      "a trace shares its outputs with networks of the same activations alone")
    panelCount = other.panelCount
    outputs = other.outputs
    gradients = other.gradients
    slopes = other.slopes
    transposed = network.layers.map {
      AlignedBuffer(count: $0.transposedCount(panelCount: other.panelCount))
    }
  }

  /// A trace with outputs of its own and the gradients of another one of the same network: several
  /// batches can be remembered, and carried back one after the other.
  ///
  /// - Precondition: The other trace has gradients.
  public init(for network: MLP<Scalar>, sharingGradientsOf other: MLPTrace<Scalar>) {
    precondition(
      other.gradients.map(\.featureCount) == network.layers.map(\.shape.outputs),
      "a trace shares gradients with those of its own network alone")
    panelCount = other.panelCount
    func another(_ panels: Panels<Scalar>) -> Panels<Scalar> {
      Panels(featureCount: panels.featureCount, sampleCount: panels.panelCount * panelWidth)
    }
    outputs = other.outputs.map(another)
    slopes = other.slopes.map { $0.map(another) }
    gradients = other.gradients
    transposed = other.transposed
  }

  /// The outputs of the network.
  public var output: Panels<Scalar> { outputs[outputs.count - 1] }

  /// Where ∂ loss / ∂ output goes before a backward pass.
  public var outputGradient: Panels<Scalar> { gradients[gradients.count - 1] }
}

extension MLPTrace {
  /// Sets the gradients of panels that hold nothing to 0, before weight gradients are summed.
  public func clearGradients(panels: Range<Int>) {
    for gradient in gradients {
      gradient.panel(panels.lowerBound).zero(count: panels.count * gradient.stride)
    }
  }
}

extension MLP {
  /// How many numbers of a sample a forward pass leaves for a backward pass.
  public var traceCount: Int {
    layers.enumerated().reduce(0) { sum, each in
      let outputs = each.element.shape.outputs
      return sum + (activation(ofLayer: each.offset).keepsSlopes ? 2 : 1) * outputs
    }
  }
}
