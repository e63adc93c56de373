import CCoppiceKernels

/// Which inputs each row of a sparse matrix reads, in blocks of inputs that fit the first cache.
///
/// The inputs are cut into blocks of ``blockInputs``; within a block the rows are *slots*, in their
/// natural order when all keep the same number of weights there and by falling count otherwise, so
/// that the loop exits of the kernels are predictable. Within a slot the inputs rise.
///
/// 128 inputs of 64 samples are 32 KiB and stay in the first cache. Where few weights are kept, 256
/// inputs at once are faster: the outputs are then written once, not twice.
///
/// ## Shapes
/// - `S` = blocks × rows slots, `K` kept weights
public final class SparseIndex: @unchecked Sendable {
  /// Rows and columns of the matrix.
  public let shape: LayerShape

  /// Inputs of one block: 128 or 256.
  public let blockInputs: Int

  /// How many blocks the inputs are cut into.
  public let blockCount: Int

  /// `[S + 1]`: where the kept weights of each slot begin.
  public let slotStart: AlignedBuffer<Int32>

  /// `[S]`: which row each slot is.
  public let slotRow: AlignedBuffer<Int32>

  /// `[4 S + 1]`: where the kept weights of each quarter of a slot's inputs begin.
  public let quarterStart: AlignedBuffer<Int32>

  /// `[K]`: the input within its block.
  public let input: AlignedBuffer<UInt8>

  /// The same memory as the kernels take it.
  let forKernels: coppice_index

  /// An empty index with room for `capacity` kept weights.
  ///
  /// - Precondition: `blockInputs` is 128 or 256.
  public init(shape: LayerShape, capacity: Int, blockInputs: Int = 128) {
    precondition(blockInputs == 128 || blockInputs == 256, "no blocks of \(blockInputs) inputs")
    self.shape = shape
    self.blockInputs = blockInputs
    blockCount = max(1, (shape.inputs + blockInputs - 1) / blockInputs)
    slotStart = AlignedBuffer(count: blockCount * shape.outputs + 1)
    slotRow = AlignedBuffer(count: blockCount * shape.outputs)
    quarterStart = AlignedBuffer(count: 4 * blockCount * shape.outputs + 1)
    // the kernels load inputs ahead of their turn, and write beyond the last
    input = AlignedBuffer(count: capacity + COPPICE_INDEX_SLACK)
    forKernels = coppice_index(
      rows: shape.outputs, inputs: shape.inputs, block_inputs: blockInputs, blocks: blockCount,
      slot_start: slotStart.pointer, slot_row: slotRow.pointer,
      quarter_start: quarterStart.pointer, input: input.pointer)
  }

  /// How many weights are kept.
  public var keptCount: Int { Int(slotStart.pointer[slotStart.count - 1]) }

  /// The slots of `part`: whole slots, about as many kept weights in each part.
  func slots(of part: Part) -> Range<Int> { slotStart.pieces(of: part, total: keptCount) }
}

extension AlignedBuffer<Int32> {
  /// The pieces of `part`, where the elements say at which number of `total` each piece begins, the
  /// last one the end: whole pieces, about as many numbers in each part.
  func pieces(of part: Part, total: Int) -> Range<Int> {
    let share = part.range(of: total)
    let first = part.index == 0 ? 0 : firstIndex(reaching: share.lowerBound)
    let last = part.index + 1 == part.count ? count - 1 : firstIndex(reaching: share.upperBound)
    return first..<last
  }

  /// The first of rising elements that is at least `value`.
  private func firstIndex(reaching value: Int) -> Int {
    var low = 0
    var high = count - 1
    while low < high {
      let middle = (low + high) / 2
      if Int(pointer[middle]) < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
