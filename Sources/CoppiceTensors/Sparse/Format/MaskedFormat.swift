import CCoppiceKernels

/// Dense products on a matrix whose dropped weights are zeros: the faster way where most weights are
/// kept.
///
/// Every weight has a position. The gradients of dropped ones are set to zero, so that an optimiser
/// leaves them where they are.
final class MaskedFormat: SparseFormat, @unchecked Sendable {
  let denseIndex: AlignedBuffer<Int32>

  private let mask: AlignedBuffer<UInt8>
  private let shape: LayerShape
  private let gradientColumns: Range<Int>

  init(shape: LayerShape, gradientColumns: Range<Int>) {
    self.shape = shape
    self.gradientColumns = gradientColumns
    mask = AlignedBuffer(count: shape.weightCount)
    denseIndex = AlignedBuffer(count: shape.weightCount)
  }

  var positionCapacity: Int { shape.weightCount }
  var positionCount: Int { shape.weightCount }

  func transposedCount(_ kernels: KernelTable, panelCount: Int) -> Int {
    kernels.pointee.transposed_count(shape.forKernels, panelCount)
  }

  func transpose(
    _ kernels: KernelTable, panel: Int, panelCount: Int, input: UnsafePointer<Float>,
    transposed: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.transpose(shape.forKernels, panel, panelCount, input, transposed)
  }

  func rebuild(mask: UnsafePointer<UInt8>) {
    for weight in 0..<shape.weightCount {
      self.mask.pointer[weight] = mask[weight]
      denseIndex.pointer[weight] = mask[weight] != 0 ? Int32(weight) : -1
    }
  }

  func gather(
    _ kernels: KernelTable, dense: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.keep_masked(shape.weightCount, mask.pointer, dense, values)
  }

  func scatter(
    _ kernels: KernelTable, values: UnsafePointer<Float>, dense: UnsafeMutablePointer<Float>
  ) {
    for weight in 0..<shape.weightCount where mask.pointer[weight] != 0 {
      dense[weight] = values[weight]
    }
  }

  func forward(
    _ kernels: KernelTable, weights: SparseWeights, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.dense_forward(
      shape.forKernels, weights.values, bias, rectify ? 1 : 0, input, output)
  }

  func forwardOne(
    _ kernels: KernelTable, values: UnsafePointer<Float>, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.dense_forward_one(
      shape.forKernels, values, bias, rectify ? 1 : 0, input, output)
  }

  func backwardData(
    _ kernels: KernelTable, weights: SparseWeights, outputGradient: UnsafePointer<Float>,
    gate: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.dense_backward_data(
      shape.forKernels, gradientColumns.lowerBound, gradientColumns.count, weights.values,
      outputGradient, gate, inputGradient)
  }

  /// Rows whose gradients are summed before they are masked: few enough to stay in the first cache,
  /// and a multiple of a tile.
  private static let rowsAtOnce = 24

  func backwardWeights(_ kernels: KernelTable, part: Part, batch: SparseBatch) {
    let rows = part.range(of: shape.outputs)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsAtOnce) {
      let last = min(rows.upperBound, first + Self.rowsAtOnce)
      kernels.pointee.dense_backward_weights(
        shape.forKernels, first, last, batch.inputs, batch.outputGradients, batch.transposed,
        0, batch.valueGradient, batch.biasGradient)
      dropMasked(kernels, rows: first..<last, of: batch.valueGradient)
    }
  }

  /// Sets the gradients of dropped weights in `rows` to zero.
  func dropMasked(
    _ kernels: KernelTable, rows: Range<Int>, of gradient: UnsafeMutablePointer<Float>
  ) {
    let first = rows.lowerBound * shape.inputs
    kernels.pointee.keep_masked(
      rows.count * shape.inputs, mask.pointer + first, gradient + first, gradient + first)
  }
}
