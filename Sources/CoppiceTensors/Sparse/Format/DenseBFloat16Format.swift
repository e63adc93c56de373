import CCoppiceKernels

/// Dense products of bf16 numbers, with zeros among the weights where some are dropped.
///
/// The values stay in single precision; what the products read is derived from them after every
/// step. Positions, and the product with a single sample, are those of ``MaskedFormat``.
final class DenseBFloat16Format: SparseFormat, @unchecked Sendable {
  private let masked: MaskedFormat
  private let kernels: UnsafePointer<coppice_pair_kernels>
  private let shape: LayerShape
  private let gradientColumns: Range<Int>
  private var keepsAll = false

  let forwardDerivedCapacity: Int
  let derivedCapacity: Int

  /// - Precondition: The machine has the instructions.
  init(shape: LayerShape, gradientColumns: Range<Int>) {
    guard let kernels = coppice_avx512_bf16() else {
      preconditionFailure("a plan of bf16 numbers on a machine without products of them")
    }
    self.kernels = kernels
    self.shape = shape
    self.gradientColumns = gradientColumns
    masked = MaskedFormat(shape: shape, gradientColumns: gradientColumns)
    forwardDerivedCapacity = kernels.pointee.dense_rows_count(shape.forKernels)
    derivedCapacity =
      forwardDerivedCapacity
      + kernels.pointee.dense_columns_count(shape.forKernels, gradientColumns.count)
  }

  var positionCapacity: Int { masked.positionCapacity }
  var positionCount: Int { masked.positionCount }
  var denseIndex: AlignedBuffer<Int32> { masked.denseIndex }

  func rebuild(mask: UnsafePointer<UInt8>) {
    masked.rebuild(mask: mask)
    keepsAll = coppice_count_kept(shape.weightCount, mask) == shape.weightCount
  }

  func derive(
    _: KernelTable, forwardOnly: Bool, values: UnsafePointer<Float>,
    derived: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.pair_rows(shape.forKernels, values, derived)
    guard !forwardOnly, !gradientColumns.isEmpty else { return }
    kernels.pointee.pair_columns(
      shape.forKernels, gradientColumns.lowerBound, gradientColumns.count, values,
      derived + forwardDerivedCapacity)
  }

  func gather(
    _ kernels: KernelTable, dense: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>
  ) {
    masked.gather(kernels, dense: dense, values: values)
  }

  func scatter(
    _ kernels: KernelTable, values: UnsafePointer<Float>, dense: UnsafeMutablePointer<Float>
  ) {
    masked.scatter(kernels, values: values, dense: dense)
  }

  func forward(
    _: KernelTable, weights: SparseWeights, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.dense_forward(
      shape.forKernels, weights.derived, bias, rectify ? 1 : 0, input, output)
  }

  func forwardOne(
    _ kernels: KernelTable, values: UnsafePointer<Float>, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    masked.forwardOne(
      kernels, values: values, bias: bias, rectify: rectify, input: input, output: output)
  }

  func backwardData(
    _: KernelTable, weights: SparseWeights, outputGradient: UnsafePointer<Float>,
    gate: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.dense_backward_data(
      shape.forKernels, gradientColumns.count, weights.derived + forwardDerivedCapacity,
      outputGradient, gate, inputGradient)
  }

  func transposedCount(_: KernelTable, panelCount: Int) -> Int {
    kernels.pointee.transposed_count(shape.forKernels, panelCount)
  }

  func transpose(
    _: KernelTable, panel: Int, panelCount: Int, input: UnsafePointer<Float>,
    transposed: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.transpose(shape.forKernels, panel, panelCount, input, transposed)
  }

  func backwardWeights(_ table: KernelTable, part: Part, batch: SparseBatch) {
    guard let transposed = batch.transposed else {
      preconditionFailure("weight gradients of bf16 numbers without their transposed inputs")
    }
    let rows = part.range(of: shape.outputs)
    kernels.pointee.dense_backward_weights(
      shape.forKernels, rows.lowerBound, rows.upperBound, batch.outputGradients, transposed,
      batch.valueGradient, batch.biasGradient)
    if !keepsAll { masked.dropMasked(table, rows: rows, of: batch.valueGradient) }
  }
}
