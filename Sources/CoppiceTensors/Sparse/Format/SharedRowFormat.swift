import CCoppiceKernels

/// Four neighbouring rows keep the same inputs: what is loaded for one serves four, and one index
/// serves all three products.
///
/// ## Shapes
/// - `T` = blocks × ⌈rows / 4⌉ tiles, each with as many entries as its rows keep inputs; the weights
///   of an entry lie side by side
final class SharedRowFormat: SparseFormat, @unchecked Sendable {
  let denseIndex: AlignedBuffer<Int32>
  let positionCapacity: Int

  /// `[T + 1]`: where the entries of each tile begin.
  private let start: AlignedBuffer<Int32>
  /// `[T + 1]`: where the weights of each tile begin.
  private let valueStart: AlignedBuffer<Int32>
  private let input: AlignedBuffer<UInt8>
  let index: coppice_shared_index
  private let shape: LayerShape
  private let gradientColumns: Range<Int>

  init(shape: LayerShape, capacity: Int, gradientColumns: Range<Int>) {
    self.shape = shape
    self.gradientColumns = gradientColumns
    positionCapacity = capacity
    let blockInputs = COPPICE_SHARED_INPUTS
    let rows = COPPICE_SHARED_ROWS
    let blocks = max(1, (shape.inputs + blockInputs - 1) / blockInputs)
    let groups = (shape.outputs + rows - 1) / rows
    denseIndex = AlignedBuffer(count: capacity)
    start = AlignedBuffer(count: blocks * groups + 1)
    valueStart = AlignedBuffer(count: blocks * groups + 1)
    // a tile with a single row has an entry for each weight
    input = AlignedBuffer(count: capacity)
    index = coppice_shared_index(
      rows: shape.outputs, inputs: shape.inputs, blocks: blocks, groups: groups,
      start: start.pointer, value_start: valueStart.pointer, input: input.pointer)
  }

  var positionCount: Int { Int(valueStart.pointer[valueStart.count - 1]) }

  /// `T`.
  var tileCount: Int { valueStart.count - 1 }

  /// The tiles of `part`: whole tiles, about as many kept weights in each part.
  func tiles(of part: Part) -> Range<Int> {
    valueStart.pieces(of: part, total: positionCount)
  }

  func rebuild(mask: UnsafePointer<UInt8>) {
    precondition(
      coppice_shares_rows(shape.forKernels, mask) != 0,
      "a mask whose rows do not agree four by four in a layer of shared rows")
    _ = withUnsafePointer(to: index) { coppice_shared_build($0, mask, denseIndex.pointer) }
  }

  func forward(
    _ kernels: KernelTable, weights: SparseWeights, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: index) { index in
      kernels.pointee.shared_forward(index, weights.values, bias, rectify ? 1 : 0, input, output)
    }
  }

  func forwardOne(
    _ kernels: KernelTable, values: UnsafePointer<Float>, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: index) { index in
      kernels.pointee.shared_forward_one(index, values, bias, rectify ? 1 : 0, input, output)
    }
  }

  func backwardData(
    _ kernels: KernelTable, weights: SparseWeights, outputGradient: UnsafePointer<Float>,
    gate: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: index) { index in
      kernels.pointee.shared_backward_data(
        index, gradientColumns.lowerBound, gradientColumns.count, weights.values, outputGradient,
        gate, inputGradient)
    }
  }

  func backwardWeights(_ kernels: KernelTable, part: Part, batch: SparseBatch) {
    let tiles = tiles(of: part)
    withUnsafePointer(to: index) { index in
      kernels.pointee.shared_backward_weights(
        index, tiles.lowerBound, tiles.upperBound, batch.inputs, batch.outputGradients,
        batch.valueGradient, batch.biasGradient)
    }
  }
}
