import CoppiceTensors

/// The values of the nodes that were used last, in memory for a fixed number of them.
///
/// - Complexity: O(1) for everything; no allocation after the initialiser.
struct RecentValues<Scalar: BitwiseCopyable> {
  /// How many numbers a value has.
  let valueCount: Int

  private let memory: AlignedBuffer<Scalar>
  /// The node whose value a slot holds; −1 for none.
  private var owners: [Int32]
  private var older: [Int32]
  private var newer: [Int32]
  private var newest: Int32
  private var oldest: Int32

  /// Room for `slotCount` values of `valueCount` numbers.
  init(slotCount: Int, valueCount: Int) {
    self.valueCount = valueCount
    memory = AlignedBuffer(count: slotCount * valueCount)
    owners = Array(repeating: -1, count: slotCount)
    older = (0..<slotCount).map { Int32($0) + 1 < slotCount ? Int32($0) + 1 : -1 }
    newer = (0..<slotCount).map { Int32($0) - 1 }
    newest = 0
    oldest = Int32(slotCount - 1)
  }

  /// The value in `slot`.
  func value(_ slot: Int32) -> UnsafeMutablePointer<Scalar> {
    memory.pointer + Int(slot) * valueCount
  }

  /// Makes `slot` the one that was used last.
  mutating func touch(_ slot: Int32) {
    guard slot != newest else { return }
    let (before, after) = (older[Int(slot)], newer[Int(slot)])
    older[Int(after)] = before
    if before >= 0 { newer[Int(before)] = after } else { oldest = after }
    older[Int(slot)] = newest
    newer[Int(slot)] = -1
    newer[Int(newest)] = slot
    newest = slot
  }

  /// Gives the slot that was used longest ago to `node`.
  ///
  /// - Returns: The slot, and the node that has lost it; −1 for none.
  mutating func take(for node: Int32) -> (slot: Int32, loser: Int32) {
    let slot = oldest
    let loser = owners[Int(slot)]
    owners[Int(slot)] = node
    touch(slot)
    return (slot, loser)
  }

  /// Forgets all values.
  mutating func forgetAll() {
    for slot in owners.indices { owners[slot] = -1 }
  }
}
