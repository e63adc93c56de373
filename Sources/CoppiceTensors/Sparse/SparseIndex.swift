import CCoppiceKernels

/// Which inputs each row of a sparse matrix reads, in blocks of inputs that fit the first cache.
///
/// The inputs are cut into blocks of ``blockInputs``; within a block the rows are *slots*, in their
/// natural order when all keep the same number of weights there and by falling count otherwise, so
/// that the loop exits of the kernels are predictable. Within a slot the inputs rise.
///
/// ## Shapes
/// - `S` = blocks × rows slots, `K` kept weights
public final class SparseIndex: @unchecked Sendable {
  /// Inputs of one block: 128 × 64 samples × 4 bytes are 32 KiB of activations.
  public static let blockInputs = 128

  /// Rows and columns of the matrix.
  public let shape: LayerShape

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
  public init(shape: LayerShape, capacity: Int) {
    self.shape = shape
    blockCount = max(1, (shape.inputs + Self.blockInputs - 1) / Self.blockInputs)
    slotStart = AlignedBuffer(count: blockCount * shape.outputs + 1)
    slotRow = AlignedBuffer(count: blockCount * shape.outputs)
    quarterStart = AlignedBuffer(count: 4 * blockCount * shape.outputs + 1)
    // the kernels load up to sixteen inputs ahead of their turn
    input = AlignedBuffer(count: capacity + 16)
    forKernels = coppice_index(
      rows: shape.outputs, inputs: shape.inputs, blocks: blockCount,
      slot_start: slotStart.pointer, slot_row: slotRow.pointer,
      quarter_start: quarterStart.pointer, input: input.pointer)
  }

  /// How many weights are kept.
  public var keptCount: Int { Int(slotStart.pointer[slotStart.count - 1]) }

  /// The slots of `part`: whole slots, about as many kept weights in each part.
  func slots(of part: Part) -> Range<Int> {
    let share = part.range(of: keptCount)
    let slots = slotStart.count - 1
    let first = part.index == 0 ? 0 : slot(startingAt: share.lowerBound)
    let last = part.index + 1 == part.count ? slots : slot(startingAt: share.upperBound)
    return first..<last
  }

  /// The first slot whose kept weights begin at `kept` or behind it.
  private func slot(startingAt kept: Int) -> Int {
    var low = 0
    var high = slotStart.count - 1
    while low < high {
      let middle = (low + high) / 2
      if Int(slotStart.pointer[middle]) < kept { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
