public import CoppiceTensors

/// Shortens the gradients of a network, all together, where they are longer than a limit.
///
/// The norm is over all weights and biases that an optimiser moves, in blocks that do not depend on the
/// number of threads. Between sums of gradients and the step of the optimiser every worker calls
/// ``measure(part:)``, waits for the others, and calls ``apply(part:)``.
///
/// - Complexity: two passes over the gradients, the second one only where they are too long. No
///   allocation.
///
/// ## Source
/// Pascanu, Mikolov, Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1.
public final class GradientClip<Scalar: NetworkScalar> {
  /// The longest that gradients may be.
  public let limit: Double

  private struct Piece {
    var layer: Int
    var isBias: Bool
    var range: Range<Int>
  }

  private let layers: [Linear<Scalar>]
  private let pieces: [Piece]
  private let squares: AlignedBuffer<Double>

  /// A limit for the gradients of `network`, which must have its final storage.
  ///
  /// - Precondition: `limit` is positive.
  public init(network: some LayeredNetwork<Scalar>, limit: Double) {
    precondition(limit > 0, "gradients are clipped to a positive length")
    self.limit = limit
    layers = network.layers
    let block = 1 << 14
    pieces = layers.enumerated().flatMap { index, layer in
      // weights that another path moves are moved by the gradients of this one as well
      let capacity = layer.parameterGradient.count
      return stride(from: 0, to: capacity, by: block).map {
        Piece(layer: index, isBias: false, range: $0..<min(capacity, $0 + block))
      } + [Piece(layer: index, isBias: true, range: 0..<layer.bias.count)]
    }
    squares = AlignedBuffer(count: pieces.count)
  }

  /// The norm that was last measured, before anything was shortened.
  public var norm: Double { squares.elements.reduce(0, +).squareRoot() }

  /// Sums the squares of the gradients, for the share of `part`.
  public func measure(part: Part) {
    for index in part.range(of: pieces.count) {
      let piece = pieces[index]
      let layer = layers[piece.layer]
      squares.pointer[index] =
        piece.isBias
        ? sumOfSquares(layer.biasGradient, piece.range, without: layer.unbiased)
        : sumOfSquares(
          layer.parameterGradient,
          piece.range.clamped(
            to: 0..<(layer.ownsWeights ? layer.parameterCount : layer.parameterGradient.count)))
    }
  }

  /// Shortens the gradients, for the share of `part`, after all parts are measured.
  ///
  /// Gradients that are no numbers stay as they are, for whoever checks for them.
  public func apply(part: Part) {
    let norm = norm
    guard norm > limit, norm.isFinite else { return }
    let factor = Scalar(limit / norm)
    for index in part.range(of: pieces.count) {
      let piece = pieces[index]
      let layer = layers[piece.layer]
      scale(piece.isBias ? layer.biasGradient : layer.parameterGradient, piece.range, by: factor)
    }
  }
}

extension [GradientClip<Float>] {
  /// Clips the gradients of each of some networks by itself, between two barriers for all workers; does nothing,
  /// barriers included, where there are none.
  ///
  /// - Parameter worker: Whose share it is; all workers call this.
  public func clip(_ worker: Worker) {
    guard !isEmpty else { return }
    for clip in self { clip.measure(part: worker.part) }
    worker.barrier()
    for clip in self { clip.apply(part: worker.part) }
    worker.barrier()
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sumOfSquares<Scalar: NetworkScalar>(
  _ numbers: AlignedBuffer<Scalar>, _ range: Range<Int>, without fixed: Range<Int> = 0..<0
) -> Double {
  var sum = 0.0
  for index in range where !fixed.contains(index) {
    let number = Double(numbers.pointer[index])
    sum += number * number
  }
  return sum
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func scale<Scalar: NetworkScalar>(
  _ numbers: AlignedBuffer<Scalar>, _ range: Range<Int>, by factor: Scalar
) {
  for index in range { numbers.pointer[index] *= factor }
}
