public import CoppiceTensors

/// The numbers of one sample on its way through a network: the latency path of acting.
///
/// A panel takes the time of 64 samples even where one is wanted; this takes the time of one.
///
/// ```swift
/// let sample = MLPSample(for: network)
/// sample.input[0] = 0.5
/// network.forward(sample)
/// let first = sample.output[0]
/// ```
public final class MLPSample<Scalar: NetworkScalar> {
  /// `[I]`: what goes into the network.
  ///
  /// The room behind it belongs to the kernels and stays 0.
  public let input: AlignedBuffer<Scalar>

  /// The outputs of each layer: rectified, but for the last.
  let outputs: [AlignedBuffer<Scalar>]

  /// Room for a sample of `network`.
  public init(for network: MLP<Scalar>) {
    let room = { (count: Int) in
      AlignedBuffer<Scalar>(count: (count + sampleRoom - 1) / sampleRoom * sampleRoom)
    }
    input = room(network.inputCount)
    outputs = network.layers.map { room($0.shape.outputs) }
  }

  /// `[O]`: what comes out of the network.
  public var output: AlignedBuffer<Scalar> { outputs[outputs.count - 1] }
}

extension MLP {
  /// Computes the output of one sample.
  ///
  /// Sums run in another order than those of ``forward(panels:input:trace:)``, so that both agree to
  /// rounding alone.
  ///
  /// - Parameter sample: Holds the input; receives the outputs of every layer.
  /// - Complexity: O(kept weights); with AVX-512 about 3 µs for 17-256-256-6 dense, below 1 µs at
  ///   95 % zeros. No allocation.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(_ sample: MLPSample<Scalar>) {
    var input = UnsafePointer(sample.input.pointer)
    for index in layers.indices {
      let output = sample.outputs[index].pointer
      let activation = index == layers.count - 1 ? FusedActivation.identity : .rectifier
      layers[index].forwardOne(activation: activation, input: input, output: output)
      input = UnsafePointer(output)
    }
  }
}

extension Linear {
  /// y = a(W x + b) for one sample.
  @inline(__always)
  fileprivate func forwardOne(
    activation: FusedActivation, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>
  ) {
    if let topology {
      arithmetic.sparseForwardOne(
        topology, values: UnsafePointer(values.pointer), bias: UnsafePointer(bias.pointer),
        activation: activation, input: input, output: output)
    } else {
      arithmetic.denseForwardOne(
        shape, weights: UnsafePointer(parameters.pointer), bias: UnsafePointer(bias.pointer),
        activation: activation, input: input, output: output)
    }
  }
}
