import CoppiceRandom

/// Who comes before whom in a step: a number for each agent, no two alike.
struct StepOrder {
  private let isShuffled: Bool
  private let words: SIMD2<UInt32>

  init(_ order: TurnOrder, key: RandomKey) {
    isShuffled = order == .shuffled
    words = key.words
  }

  /// The place of the agent with this number.
  ///
  /// Shuffled, the agent's number goes through the finaliser of MurmurHash3 (Appleby 2011) twice, which
  /// gives different numbers for different agents.
  @inline(__always)
  func of(_ number: Int32) -> UInt32 {
    guard isShuffled else { return UInt32(bitPattern: number) }
    return Self.mixed(Self.mixed(UInt32(bitPattern: number) ^ words.x) ^ words.y)
  }

  @inline(__always)
  static func mixed(_ word: UInt32) -> UInt32 {
    var word = word
    word = (word ^ word >> 16) &* 0x85EB_CA6B
    word = (word ^ word >> 13) &* 0xC2B2_AE35
    return word ^ word >> 16
  }
}
