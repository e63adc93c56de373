import CCoppiceKernels

/// Shared rows with products of bf16 numbers.
///
/// The values stay in single precision; what the products read is derived from them after every
/// step. Positions, and the product with a single sample, are those of ``SharedRowFormat``.
final class SharedRowBFloat16Format: SparseFormat, @unchecked Sendable {
  private let shared: SharedRowFormat
  private let kernels: UnsafePointer<coppice_pair_kernels>
  private let shape: LayerShape
  private let gradientColumns: Range<Int>

  let forwardDerivedCapacity: Int
  let derivedCapacity: Int

  /// - Precondition: The machine has the instructions.
  init(shape: LayerShape, capacity: Int, gradientColumns: Range<Int>) {
    guard let kernels = coppice_avx512_bf16() else {
      preconditionFailure("a plan of bf16 numbers on a machine without products of them")
    }
    self.kernels = kernels
    self.shape = shape
    self.gradientColumns = gradientColumns
    shared = SharedRowFormat(shape: shape, capacity: capacity, gradientColumns: gradientColumns)
    // the last rows may be fewer than four, and have as many entries
    let rows = Int(COPPICE_SHARED_ROWS)
    let entries = capacity / rows + (shape.outputs % rows == 0 ? 0 : shape.inputs)
    forwardDerivedCapacity = 2 * (entries + shared.tileCount) + 4
    derivedCapacity = forwardDerivedCapacity + (gradientColumns.isEmpty ? 0 : 2 * entries)
  }

  var positionCapacity: Int { shared.positionCapacity }
  var positionCount: Int { shared.positionCount }
  var denseIndex: AlignedBuffer<Int32> { shared.denseIndex }

  func rebuild(mask: UnsafePointer<UInt8>) { shared.rebuild(mask: mask) }

  func derive(
    _: KernelTable, forwardOnly: Bool, values: UnsafePointer<Float>,
    derived: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: shared.index) { index in
      kernels.pointee.pair_shared_forward(index, values, derived)
      guard !forwardOnly, !gradientColumns.isEmpty else { return }
      kernels.pointee.pair_shared_backward(index, values, derived + forwardDerivedCapacity)
    }
  }

  func forward(
    _: KernelTable, weights: SparseWeights, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: shared.index) { index in
      kernels.pointee.shared_forward(index, weights.derived, bias, rectify ? 1 : 0, input, output)
    }
  }

  func forwardOne(
    _ kernels: KernelTable, values: UnsafePointer<Float>, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    shared.forwardOne(
      kernels, values: values, bias: bias, rectify: rectify, input: input, output: output)
  }

  func backwardData(
    _: KernelTable, weights: SparseWeights, outputGradient: UnsafePointer<Float>,
    gate: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: shared.index) { index in
      kernels.pointee.shared_backward_data(
        index, gradientColumns.lowerBound, gradientColumns.count,
        weights.derived + forwardDerivedCapacity, outputGradient, gate, inputGradient)
    }
  }

  func transposedCount(_: KernelTable, panelCount: Int) -> Int {
    kernels.pointee.halved_count(shape.forKernels, panelCount)
  }

  func transpose(
    _: KernelTable, panel: Int, panelCount: Int, input: UnsafePointer<Float>,
    transposed: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.halve(shape.forKernels, panel, input, transposed)
  }

  func backwardWeights(_: KernelTable, part: Part, batch: SparseBatch) {
    guard let halved = batch.transposed else {
      preconditionFailure("weight gradients of bf16 numbers without their rounded inputs")
    }
    let tiles = shared.tiles(of: part)
    withUnsafePointer(to: shared.index) { index in
      kernels.pointee.shared_backward_weights(
        index, tiles.lowerBound, tiles.upperBound, batch.outputGradients, halved,
        batch.valueGradient, batch.biasGradient)
    }
  }
}
