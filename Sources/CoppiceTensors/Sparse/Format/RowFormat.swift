import CCoppiceKernels

/// Every row keeps inputs of its own: one index by rows for the forward pass and the weight
/// gradients, and one by columns for the backward pass, whose values are brought into its order
/// after every step.
final class RowFormat: SparseFormat, @unchecked Sendable {
  /// Blocks of inputs that the kernels take at once, forward and backward.
  struct Blocks: Sendable {
    var forward: Int
    var backward: Int
  }

  let forward: SparseIndex
  let backward: SparseIndex
  let denseIndex: AlignedBuffer<Int32>
  let positionCapacity: Int

  /// For each entry of the backward index, the position of the same weight.
  let backwardSource: AlignedBuffer<Int32>

  private let shape: LayerShape
  private let gradientColumns: Range<Int>
  private let scratch: AlignedBuffer<Int32>

  init(shape: LayerShape, capacity: Int, gradientColumns: Range<Int>, blocks: Blocks) {
    self.shape = shape
    self.gradientColumns = gradientColumns
    positionCapacity = capacity
    forward = SparseIndex(shape: shape, capacity: capacity, blockInputs: blocks.forward)
    backward = SparseIndex(
      shape: LayerShape(outputs: gradientColumns.count, inputs: shape.outputs),
      capacity: capacity, blockInputs: blocks.backward)
    let room = capacity + COPPICE_INDEX_SLACK
    backwardSource = AlignedBuffer(count: room)
    denseIndex = AlignedBuffer(count: room)
    scratch = AlignedBuffer(count: coppice_topology_scratch(shape.forKernels))
  }

  var positionCount: Int { forward.keptCount }

  /// The same memory as the kernels take it.
  private var forKernels: coppice_topology {
    coppice_topology(
      shape: shape.forKernels, first_column: gradientColumns.lowerBound,
      last_column: gradientColumns.upperBound, forward: forward.forKernels,
      backward: backward.forKernels, dense_index: denseIndex.pointer,
      backward_source: backwardSource.pointer, scratch: scratch.pointer)
  }

  var derivedCapacity: Int { gradientColumns.isEmpty ? 0 : positionCapacity }

  func rebuild(mask: UnsafePointer<UInt8>) {
    // any instruction set builds the same index
    let kernels = KernelArithmetic.fastest.table
    _ = withUnsafePointer(to: forKernels) { kernels.pointee.build_topology($0, mask) }
  }

  func gather(
    _ kernels: KernelTable, dense: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: forKernels) { kernels.pointee.gather_kept($0, dense, values) }
  }

  func derive(
    _ kernels: KernelTable, forwardOnly: Bool, values: UnsafePointer<Float>,
    derived: UnsafeMutablePointer<Float>
  ) {
    guard !forwardOnly else { return }
    kernels.pointee.gather(backward.keptCount, backwardSource.pointer, values, derived)
  }

  func forward(
    _ kernels: KernelTable, weights: SparseWeights, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: forward.forKernels) { index in
      kernels.pointee.sparse_forward(
        index, weights.values, bias, rectify ? 1 : 0, input, output)
    }
  }

  func forwardOne(
    _ kernels: KernelTable, values: UnsafePointer<Float>, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: forward.forKernels) { index in
      kernels.pointee.sparse_forward_one(index, values, bias, rectify ? 1 : 0, input, output)
    }
  }

  func backwardData(
    _ kernels: KernelTable, weights: SparseWeights, outputGradient: UnsafePointer<Float>,
    gate: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: backward.forKernels) { index in
      kernels.pointee.sparse_backward_data(
        index, weights.derived, gate, outputGradient, inputGradient)
    }
  }

  func backwardWeights(_ kernels: KernelTable, part: Part, batch: SparseBatch) {
    let slots = forward.slots(of: part)
    withUnsafePointer(to: forward.forKernels) { index in
      kernels.pointee.sparse_backward_weights(
        index, slots.lowerBound, slots.upperBound, batch.inputs, batch.outputGradients,
        batch.valueGradient, batch.biasGradient)
    }
  }
}
