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
    /// Whether these are all that are equal to `value`.
    var takesAllTies: Bool
    var flip: UInt32

    /// The least rank that is taken, when all bits of `flip` are turned over in it; nothing where none
    /// is.
    var lowest: UInt32? {
      takesAllTies ? value : value < .max ? value + 1 : nil
    }

    /// All ranks that have the digits of ``value``, as far as it is known, before the last `bits`.
    fileprivate func values(above bits: UInt32) -> ClosedRange<UInt32> {
      let first = value << bits
      return first...(first | (1 << bits - 1))
    }
  }

  /// Calls its argument with the candidates of every layer that is ranked together.
  typealias Layers = ((Candidates) -> Void) -> Void

  /// Where the `count` strongest candidates of all layers end, or the weakest when cut from below.
  ///
  /// Among many candidates a sample of them says about where; what is then counted and compared digit
  /// by digit is the few in a bracket around it. Where the sample misleads, all are.
  ///
  /// - Complexity: O(candidates).
  static func cut(
    _ count: Int, of layers: Layers, fromBelow: Bool, bins: AlignedBuffer<Int32>
  ) -> Cut {
    let flip: UInt32 = fromBelow ? ~0 : 0
    if let bracket = bracket(count, of: layers, flip, bins) {
      var (beyond, within) = (0, 0)
      layers {
        beyond += $0.contest(bracket, flip: flip)
        within += $0.contestedCount
      }
      if beyond < count, count <= beyond + within {
        return search(count - beyond, of: layers, flip, bins)
      }
    }
    layers { $0.contest() }
    return search(count, of: layers, flip, bins)
  }

  /// About how many candidates a sample has.
  private static let sampleCount = 2048

  /// Between which ranks the cut should lie: four deviations around its place in a sample.
  private static func bracket(
    _ count: Int, of layers: Layers, _ flip: UInt32, _ bins: AlignedBuffer<Int32>
  ) -> ClosedRange<UInt32>? {
    var all = 0
    layers { all += $0.count }
    guard all >= 8 * sampleCount else { return nil }
    let stride = all / sampleCount
    var sampled = 0
    layers {
      $0.contest(every: stride)
      sampled += $0.contestedCount
    }
    let share = min(1, Double(count) / Double(all))
    let place = Int(share * Double(sampled))
    let margin = 1 + Int(4 * (Double(sampled) * share * (1 - share)).squareRoot())
    let (first, last) = (place - margin, place + margin)
    let highest = first < 1 ? .max : search(first, of: layers, flip, bins).value
    guard last <= sampled else { return 0...highest }
    layers { $0.contest(every: stride) }
    return search(last, of: layers, flip, bins).value...highest
  }

  /// A radix selection among the contested ranks of any number of layers, digit by digit.
  private static func search(
    _ count: Int, of layers: Layers, _ flip: UInt32, _ bins: AlignedBuffer<Int32>
  ) -> Cut {
    var cut = Cut(value: 0, ties: count, takesAllTies: true, flip: flip)
    for (position, digit) in digits.enumerated() {
      bins.zero()
      layers {
        if position > 0 { $0.narrow(to: cut.values(above: digit.shift + digit.bits), flip: flip) }
        tally($0, flip, digit, into: bins)
      }
      advance(&cut, bins, digit.bits)
    }
    return cut
  }

  private typealias Digit = (shift: UInt32, bits: UInt32)

  /// The three digits that a rank is cut into, from the highest.
  private static let digits: [Digit] = [(21, 11), (10, 11), (0, 10)]

  /// Counts the contested ranks by a digit.
  private static func tally(
    _ candidates: Candidates, _ flip: UInt32, _ digit: Digit, into bins: AlignedBuffer<Int32>
  ) {
    let (contested, counts) = (candidates.contested.pointer, bins.pointer)
    let mask = (1 as UInt32) << digit.bits - 1
    for order in 0..<candidates.contestedCount {
      counts[Int((contested[order] ^ flip) >> digit.shift & mask)] &+= 1
    }
  }

  /// Takes the digit in which the cut lies.
  private static func advance(_ cut: inout Cut, _ bins: AlignedBuffer<Int32>, _ bits: UInt32) {
    var bin = (1 << Int(bits)) - 1
    while bin > 0, Int(bins.pointer[bin]) < cut.ties {
      cut.ties -= Int(bins.pointer[bin])
      bin -= 1
    }
    cut.value = cut.value << bits | UInt32(bin)
    cut.takesAllTies = cut.ties >= Int(bins.pointer[bin])
  }
}
