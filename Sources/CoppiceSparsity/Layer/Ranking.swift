import CoppiceTensors

/// Finds where ranked weights are cut, in linear time, without sorting and without allocating.
///
/// Of equal ranks the one with the lower place is the stronger.
enum Ranking {
  static let binCount = 2048

  /// All ranks beyond `value`, and the first `ties` of those equal to it, once all bits of `flip` are
  /// turned over: none to cut from above, all to cut from below.
  struct Cut {
    var value: UInt32
    var ties: Int
    var flip: UInt32
  }

  /// The three digits that a rank is cut into, from the highest.
  private static let digits: [(shift: UInt32, bits: UInt32)] = [(21, 11), (10, 11), (0, 10)]

  /// A radix selection over any number of layers, digit by digit.
  struct Search {
    private var remaining: Int
    private var value: UInt32 = 0
    private var digit = 0
    private let flip: UInt32

    init(count: Int, fromBelow: Bool) {
      remaining = count
      flip = fromBelow ? ~0 : 0
    }

    var isDone: Bool { digit == Ranking.digits.count }

    /// Where the ranks are cut, once the search is done.
    var cut: Cut { Cut(value: value, ties: remaining, flip: flip) }

    /// Counts the ranks that agree with the digits found so far by their next digit; the others are
    /// out of the search.
    func count(_ candidates: Candidates, into bins: AlignedBuffer<Int32>) {
      let (shift, bits) = Ranking.digits[digit]
      let (counts, mask) = (bins.pointer, (1 as UInt32) << bits - 1)
      let contested = candidates.contested.pointer
      if digit == 0 {
        let ranks = candidates.ranks.pointer
        for order in 0..<candidates.count { counts[Int((ranks[order] ^ flip) >> shift)] &+= 1 }
        return
      }
      let above = shift + bits
      let former = digit == 1 ? candidates.ranks.pointer : contested
      let formerCount = digit == 1 ? candidates.count : candidates.contestedCount
      var count = 0
      for order in 0..<formerCount {
        let rank = former[order]
        contested[count] = rank
        count &+= (rank ^ flip) >> above == value ? 1 : 0
      }
      candidates.contestedCount = count
      for order in 0..<count { counts[Int((contested[order] ^ flip) >> shift & mask)] &+= 1 }
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
}
