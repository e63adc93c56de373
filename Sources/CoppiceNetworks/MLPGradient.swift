public import CoppiceTensors

/// The gradients of an MLP's parameters, summed over several batches of one owner.
///
/// Where a network is asked many times in one pass, as by a solver, each thread keeps the sums of its
/// own samples; added up in the order of the samples they do not depend on who computed them.
///
/// - Complexity: two buffers as large as the parameters; no allocation after the initialiser.
public final class MLPGradient<Scalar: NetworkScalar> {
  /// The sums for each layer, in the order of its parameters.
  public let weights: [AlignedBuffer<Scalar>]
  /// `[O]` for each layer.
  public let biases: [AlignedBuffer<Scalar>]

  private let weightScratch: AlignedBuffer<Scalar>
  private let biasScratch: AlignedBuffer<Scalar>

  /// Zeros for the parameters of `network`.
  public init(for network: MLP<Scalar>) {
    weights = network.layers.map { AlignedBuffer(count: $0.parameterGradient.count) }
    biases = network.layers.map { AlignedBuffer(count: $0.bias.count) }
    weightScratch = AlignedBuffer(count: weights.map(\.count).max() ?? 0)
    biasScratch = AlignedBuffer(count: biases.map(\.count).max() ?? 0)
  }

  /// Forgets what was summed.
  public func zero() {
    for buffer in weights { buffer.zero() }
    for buffer in biases { buffer.zero() }
  }

  /// Adds the gradients of a batch.
  ///
  /// - Parameters:
  ///   - network: The network that this was made for.
  ///   - input: What went into it, all panels of the trace.
  ///   - trace: A trace whose backward pass has run for all panels; where a panel holds nothing, its
  ///     gradients are 0.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func add(_ network: MLP<Scalar>, input: PanelRun<Scalar>, trace: MLPTrace<Scalar>) {
    network.prepareWeightGradients(panels: 0..<trace.panelCount, input: input, trace: trace)
    for (index, layer) in network.layers.enumerated() {
      layer.addWeightGradients(
        inputs: index == 0 ? input : trace.outputs[index - 1].run,
        outputGradients: trace.gradients[index].run,
        transposed: trace.transposed[index].count > 0
          ? UnsafePointer(trace.transposed[index].pointer) : nil,
        weights: weights[index], biases: biases[index], scratch: (weightScratch, biasScratch))
    }
  }

  /// Adds the sums to the gradients that the network's optimiser reads.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func deliver(to network: MLP<Scalar>) {
    for (index, layer) in network.layers.enumerated() {
      network.arithmetic.add(
        count: weights[index].count, input: UnsafePointer(weights[index].pointer),
        output: layer.parameterGradient.pointer)
      network.arithmetic.add(
        count: biases[index].count, input: UnsafePointer(biases[index].pointer),
        output: layer.biasGradient.pointer)
    }
  }
}

extension MLP {
  /// Sets the gradients that the optimiser reads to 0, before sums are delivered.
  public func zeroGradients() {
    for layer in layers {
      layer.parameterGradient.zero()
      layer.biasGradient.zero()
    }
  }
}
