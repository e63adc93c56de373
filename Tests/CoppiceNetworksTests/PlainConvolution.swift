import CoppiceNetworks
import CoppiceTensors

/// A convolution and its gradients as the sums that define them, without a thought of speed.
struct PlainConvolution {
  let input: ImageShape
  let shape: ConvolutionShape
  let output: ImageShape
  /// `[O, window column, window row, channel]`.
  let weights: [Double]
  let bias: [Double]

  /// Calls `body` with an output place, a weight and the input place that they meet at.
  private func everyProduct(
    _ body: (_ output: Int, _ channel: Int, _ weight: Int, _ input: Int) -> Void
  ) {
    for row in 0..<output.height {
      for column in 0..<output.width {
        for channel in 0..<output.channels {
          for x in 0..<shape.size {
            for y in 0..<shape.size {
              for source in 0..<input.channels {
                body(
                  output.feature(row: row, column: column, channel: channel), channel,
                  ((channel * shape.size + x) * shape.size + y) * input.channels + source,
                  input.feature(
                    row: row * shape.stride + y, column: column * shape.stride + x,
                    channel: source))
              }
            }
          }
        }
      }
    }
  }

  /// Rectified outputs of one sample.
  func forward(_ image: [Double]) -> [Double] {
    var sums = (0..<output.count).map { bias[$0 % output.channels] }
    everyProduct { place, _, weight, source in sums[place] += weights[weight] * image[source] }
    return sums.map { max(0, $0) }
  }

  /// The gradients of one sample, from those of the outputs before their rectifier.
  func backward(
    _ image: [Double], _ gradient: [Double]
  ) -> (image: [Double], weights: [Double], bias: [Double]) {
    var found = (
      image: [Double](repeating: 0, count: input.count),
      weights: [Double](repeating: 0, count: weights.count),
      bias: [Double](repeating: 0, count: bias.count)
    )
    everyProduct { place, _, weight, source in
      found.image[source] += weights[weight] * gradient[place]
      found.weights[weight] += image[source] * gradient[place]
    }
    for place in gradient.indices { found.bias[place % output.channels] += gradient[place] }
    return found
  }
}
