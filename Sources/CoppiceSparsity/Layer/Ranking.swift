import CoppiceTensors

/// Finds where ranked weights are cut, in linear time, without sorting and without allocating.
///
/// A rank is 0 for weights that are not candidates, and larger for stronger ones. Of equal ranks the
/// one with the lower index is the stronger.
enum Ranking {
  static let binCount = 2048

  /// All ranks beyond `value`, and the first `ties` of those equal to it.
  struct Cut {
    var value: UInt32
    var ties: Int
  }

  /// The three digits that a rank is cut into, from the highest.
  private static let digits: [(shift: UInt32, bits: UInt32)] = [(21, 11), (10, 11), (0, 10)]

  /// One digit of a radix selection over any number of layers.
  struct Search {
    var remaining: Int
    var value: UInt32 = 0
    private(set) var digit = 0
    let fromBelow: Bool

    init(count: Int, fromBelow: Bool) {
      remaining = count
      self.fromBelow = fromBelow
    }

    var isDone: Bool { digit == Ranking.digits.count }

    /// Counts the ranks that agree with the digits found so far by their next digit.
    func count(_ ranks: AlignedBuffer<UInt32>, into bins: AlignedBuffer<Int32>) {
      let (shift, bits) = Ranking.digits[digit]
      let mask: UInt32 = (1 << bits) - 1
      let (pointer, counts) = (ranks.pointer, bins.pointer)
      let (flip, above) = (fromBelow ? ~0 : 0 as UInt32, shift + bits)
      if digit == 0 {
        for index in 0..<ranks.count where pointer[index] != 0 {
          counts[Int((pointer[index] ^ flip) >> shift)] &+= 1
        }
      } else {
        for index in 0..<ranks.count {
          let key = pointer[index] ^ flip
          if key >> above == value, pointer[index] != 0 {
            counts[Int((key >> shift) & mask)] &+= 1
          }
        }
      }
    }

    /// Takes the digit in which the cut lies.
    mutating func advance(_ bins: AlignedBuffer<Int32>) {
      let bits = Ranking.digits[digit].bits
      var bin = (1 << Int(bits)) - 1
      while bin > 0, Int(bins.pointer[bin]) < remaining {
        remaining -= Int(bins.pointer[bin])
        bin -= 1
      }
      value = value << bits | UInt32(bin)
      digit += 1
    }
  }

  /// Writes `mark` for the ranks of one layer that lie beyond the cut.
  static func mark(
    _ ranks: AlignedBuffer<UInt32>, beyond cut: inout Cut, fromBelow: Bool, as mark: UInt8,
    in mask: AlignedBuffer<UInt8>
  ) {
    let (pointer, marks) = (ranks.pointer, mask.pointer)
    let flip = fromBelow ? ~0 : 0 as UInt32
    for step in 0..<ranks.count {
      let index = fromBelow ? ranks.count - 1 - step : step
      guard pointer[index] != 0 else { continue }
      let key = pointer[index] ^ flip
      if key > cut.value {
        marks[index] = mark
      } else if key == cut.value, cut.ties > 0 {
        marks[index] = mark
        cut.ties -= 1
      }
    }
  }
}
