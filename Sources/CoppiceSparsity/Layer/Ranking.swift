import CoppiceTensors

/// Finds where ranked weights are cut, in linear time, without sorting and without allocating.
///
/// Of equal ranks the one with the lower place is the stronger.
enum Ranking {
  /// The bits of a digit.
  private static let digitBits = 11
  /// How many values a digit has.
  static let binCount = 1 << digitBits

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
        return search(count - beyond, of: layers, within: bracket, flip, bins)
      }
    }
    layers { $0.contest(flip: flip) }
    return search(count, of: layers, within: 0...(.max), flip, bins)
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
      $0.contest(oneIn: stride, flip: flip)
      sampled += $0.contestedCount
    }
    let share = min(1, Double(count) / Double(all))
    let place = Int(share * Double(sampled))
    let margin = 1 + Int(4 * (Double(sampled) * share * (1 - share)).squareRoot())
    let (first, last) = (place - margin, place + margin)
    let highest =
      first < 1 ? .max : search(first, of: layers, within: 0...(.max), flip, bins).value
    guard last <= sampled else { return 0...highest }
    layers { $0.contest(oneIn: stride, flip: flip) }
    return search(last, of: layers, within: 0...(.max), flip, bins).value...highest
  }

  /// A radix selection among the contested keys of any number of layers, digit by digit, the first of
  /// which is as high as the bracket that they lie in asks for.
  private static func search(
    _ count: Int, of layers: Layers, within bracket: ClosedRange<UInt32>, _ flip: UInt32,
    _ bins: AlignedBuffer<Int32>
  ) -> Cut {
    var (bracket, ties) = (bracket, count)
    while true {
      let width = bracket.upperBound - bracket.lowerBound
      let shift = UInt32(max(0, UInt32.bitWidth - width.leadingZeroBitCount - digitBits))
      bins.zero()
      layers { tally($0, from: bracket.lowerBound, shift, into: bins) }
      // the digit in which the cut lies
      var bin = width >> shift
      while bin > 0, Int(bins.pointer[Int(bin)]) < ties {
        ties -= Int(bins.pointer[Int(bin)])
        bin -= 1
      }
      let first = bracket.lowerBound + (bin << shift)
      guard shift > 0 else {
        let takesAllTies = ties >= Int(bins.pointer[Int(bin)])
        return Cut(value: first, ties: ties, takesAllTies: takesAllTies, flip: flip)
      }
      bracket = first...(first + min(bracket.upperBound - first, 1 << shift - 1))
      layers { $0.narrow(to: bracket) }
    }
  }

  /// Counts the contested keys by the digit from bit `shift` on of what they lie above `lowest`.
  private static func tally(
    _ candidates: Candidates, from lowest: UInt32, _ shift: UInt32,
    into bins: AlignedBuffer<Int32>
  ) {
    let (contested, counts) = (candidates.contested.pointer, bins.pointer)
    for order in 0..<candidates.contestedCount {
      counts[Int((contested[order] &- lowest) >> shift)] &+= 1
    }
  }
}
