import CoppiceTensors

/// Normals for the nodes of a tree of intervals, for all panels of a batch.
struct BrownianNoise<Scalar: NetworkScalar> {
  /// Which set of normals of a node.
  enum Stream: UInt32 {
    /// What splits an interval.
    case first = 0x42_01
    /// What splits its area besides.
    case second
    /// The increment of a whole interval.
    case increment
    /// The area of a whole interval.
    case area
    /// What a model begins with.
    case initial
    /// What an increment and its area leave open of the Lévy area.
    case levy
  }

  let keys: SampleKeys
  let channelCount: Int
  private let arithmetic = Scalar.defaultArithmetic

  init(keys: SampleKeys, channelCount: Int) {
    self.keys = keys
    self.channelCount = channelCount
  }

  /// `[M, 64]` standard normals for `node`.
  func write(
    _ stream: Stream, of node: UInt64, panel: Int, rows: Int? = nil,
    into output: UnsafeMutablePointer<Scalar>
  ) {
    let words = keys.words(ofPanel: panel)
    arithmetic.laneNormals(
      rows: rows ?? channelCount, lanes: keys.lanes(ofPanel: panel), lowKeys: words.low,
      highKeys: words.high, node: node, stream: stream.rawValue, output: output)
  }
}

/// The name of the left or right part of an interval, from the name of the whole.
///
/// ## Source
/// The finaliser of Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators".
func childName(of parent: UInt64, isRight: Bool) -> UInt64 {
  mixed(parent &+ (isRight ? 0x9E37_79B9_7F4A_7C15 : 0xD1B5_4A32_D192_ED03))
}

/// Bits that all depend on all of `bits`.
func mixed(_ bits: UInt64) -> UInt64 {
  var z = bits
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
