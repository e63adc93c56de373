import CoppiceTensors

/// How a mask that a rule wrote differs from the one before.
struct MaskDifference: Equatable {
  /// How many weights entered or left.
  private(set) var changedCount = 0
  /// Whether weights are kept that begin anew from zero.
  private(set) var beginsAnew = false

  /// Compares eight entries at a time.
  ///
  /// - Parameters:
  ///   - kept: 1 where a weight was kept, 0 elsewhere.
  ///   - mask: As ``LayerView/mask``.
  init(from kept: AlignedBuffer<UInt8>, to mask: AlignedBuffer<UInt8>) {
    let (old, new) = (kept.pointer, mask.pointer)
    let words = mask.count / 8
    let (oldBytes, newBytes) = (UnsafeRawPointer(old), UnsafeRawPointer(new))
    var fresh: UInt64 = 0
    for word in 0..<words {
      let was = oldBytes.load(fromByteOffset: 8 * word, as: UInt64.self)
      let marks = newBytes.load(fromByteOffset: 8 * word, as: UInt64.self)
      let isKept = (marks | marks >> 1) & 0x0101_0101_0101_0101
      changedCount &+= (was ^ isKept).nonzeroBitCount
      fresh |= marks & 0x0202_0202_0202_0202
    }
    beginsAnew = fresh != 0
    for entry in (8 * words)..<mask.count {
      changedCount += (old[entry] != 0) != (new[entry] != 0) ? 1 : 0
      beginsAnew = beginsAnew || new[entry] == 2
    }
  }
}
