import CoppiceTensors

/// How a mask that a rule wrote differs from the one before.
struct MaskDifference: Equatable {
  /// How many weights entered or left.
  private(set) var changedCount = 0
  /// Whether weights are kept that begin anew from zero.
  private(set) var beginsAnew = false

  /// Compares sixteen entries at a time.
  ///
  /// - Parameters:
  ///   - kept: 1 where a weight was kept, 0 elsewhere.
  ///   - mask: As ``LayerView/mask``.
  init(from kept: AlignedBuffer<UInt8>, to mask: AlignedBuffer<UInt8>) {
    let (old, new) = (UnsafeRawPointer(kept.pointer), UnsafeRawPointer(mask.pointer))
    typealias Entries = SIMD16<UInt8>
    let (one, fresh) = (Entries(repeating: 1), Entries(repeating: 2))
    var isFresh = Entries()
    var entry = 0
    while entry + Entries.scalarCount <= mask.count {
      var changed = Entries()
      // so few that a byte can count them
      let last = min(mask.count - Entries.scalarCount, entry + 254 * Entries.scalarCount)
      while entry <= last {
        let was = old.load(fromByteOffset: entry, as: Entries.self)
        let marks = new.load(fromByteOffset: entry, as: Entries.self)
        changed &+= was ^ Self.isNotZero(marks)
        isFresh |= one ^ Self.isNotZero(marks ^ fresh)
        entry += Entries.scalarCount
      }
      changedCount += Int(SIMD16<UInt16>(truncatingIfNeeded: changed).wrappedSum())
    }
    beginsAnew = isFresh != Entries()
    while entry < mask.count {
      changedCount += (kept.pointer[entry] != 0) != (mask.pointer[entry] != 0) ? 1 : 0
      beginsAnew = beginsAnew || mask.pointer[entry] == 2
      entry += 1
    }
  }

  /// 1 in the place of every byte but 0; comparisons of vectors are slower.
  @inline(__always)
  private static func isNotZero(_ bytes: SIMD16<UInt8>) -> SIMD16<UInt8> {
    (bytes | (SIMD16() &- bytes)) &>> SIMD16(repeating: 7)
  }
}
