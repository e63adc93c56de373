/// Which inputs each row of a sparse matrix reads, in blocks of inputs that fit the first cache.
///
/// The inputs are cut into blocks of ``blockInputs``; within a block the rows are *slots*, in their
/// natural order when all keep the same number of weights there and by falling count otherwise, so
/// that the loop exits of the kernels are predictable.
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

  /// `[K]`: the input within its block, times 256 (the bytes of one feature of a Float32 panel).
  public let offset: AlignedBuffer<UInt16>

  /// An empty index with room for `capacity` kept weights.
  public init(shape: LayerShape, capacity: Int) {
    self.shape = shape
    blockCount = max(1, (shape.inputs + Self.blockInputs - 1) / Self.blockInputs)
    slotStart = AlignedBuffer(count: blockCount * shape.outputs + 1)
    slotRow = AlignedBuffer(count: blockCount * shape.outputs)
    quarterStart = AlignedBuffer(count: 4 * blockCount * shape.outputs + 1)
    offset = AlignedBuffer(count: capacity + 8)
  }

  /// Fills the index, and `sources` with what `source` says of each kept weight; returns their number.
  func build(
    rows: Range<Int>, columns: Range<Int>, source: (Int, Int) -> Int?,
    sources: AlignedBuffer<Int32>
  ) -> Int {
    var kept = 0
    for block in 0..<blockCount {
      let inputs = (columns.lowerBound + block * Self.blockInputs)..<min(
        columns.upperBound, columns.lowerBound + (block + 1) * Self.blockInputs)
      let counts = rows.map { row in inputs.count { source(row, $0) != nil } }
      let order =
        Set(counts).count <= 1
        ? Array(0..<rows.count)
        : (0..<rows.count).sorted { counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1] }
      for (place, row) in order.enumerated() {
        let slot = block * shape.outputs + place
        slotStart.pointer[slot] = Int32(kept)
        slotRow.pointer[slot] = Int32(row)
        for quarter in 0..<4 {
          quarterStart.pointer[4 * slot + quarter] = Int32(kept)
          for input in 0..<(Self.blockInputs / 4) {
            let column = inputs.lowerBound + quarter * (Self.blockInputs / 4) + input
            guard column < inputs.upperBound, let from = source(rows.lowerBound + row, column)
            else { continue }
            precondition(kept < sources.count, "more kept weights than the topology has room for")
            offset.pointer[kept] = UInt16((column - inputs.lowerBound) * 256)
            sources.pointer[kept] = Int32(from)
            kept += 1
          }
        }
      }
    }
    slotStart.pointer[blockCount * shape.outputs] = Int32(kept)
    quarterStart.pointer[4 * blockCount * shape.outputs] = Int32(kept)
    return kept
  }
}
