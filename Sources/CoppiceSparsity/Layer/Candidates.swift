import CoppiceTensors

/// The weights of a layer among which a rule chooses, and how strong each is.
///
/// A list, not a plane: at high sparsity those that are kept are few.
final class Candidates {
  /// How many there are.
  var count = 0
  /// Whether all weights of the layer are candidates, each in its own place; ``places`` then says
  /// nothing.
  var isEveryWeight = false
  /// Where they are in the layer, rising.
  let places: AlignedBuffer<Int32>
  /// Room for how strong each is.
  let ranks: AlignedBuffer<UInt32>
  /// How strong each is, a larger number being stronger: ``ranks``, or what they would be copied from.
  var strengths: OrderedWords
  /// The keys among which a search still looks.
  let contested: AlignedBuffer<UInt32>
  /// How many those are.
  var contestedCount = 0

  /// Room for the candidates of a layer of so many weights.
  init(capacity: Int) {
    places = AlignedBuffer(count: capacity)
    ranks = AlignedBuffer(count: capacity)
    contested = AlignedBuffer(count: capacity)
    strengths = OrderedWords(ranks.pointer)
  }

  /// What a search goes by: the strengths, with all bits of `flip` turned over.
  private func keys(_ flip: UInt32) -> OrderedWords {
    OrderedWords(strengths.words, significant: strengths.significant, flip: flip)
  }

  /// Lets a search look among all.
  func contest(flip: UInt32) {
    let (keys, contested) = (keys(flip), contested.pointer)
    contestedCount = count
    for order in 0..<count { contested[order] = keys[order] }
  }

  /// Lets a search look among about one in so many, some neighbours at a time: they share a cache line.
  func contest(oneIn stride: Int, flip: UInt32) {
    let (keys, contested, neighbours) = (keys(flip), contested.pointer, 8)
    contestedCount = 0
    for first in Swift.stride(from: 0, to: count - neighbours + 1, by: stride * neighbours) {
      for order in first..<(first + neighbours) {
        contested[contestedCount] = keys[order]
        contestedCount += 1
      }
    }
  }

  /// Lets a search look among those within a bracket, once all bits of `flip` are turned over.
  ///
  /// - Returns: How many lie beyond the bracket.
  func contest(_ bracket: ClosedRange<UInt32>, flip: UInt32) -> Int {
    // any instruction set finds the same
    let found = KernelArithmetic.fastest.collect(
      bracket, count: count, of: keys(flip), into: contested.pointer)
    contestedCount = found.within
    return found.beyond
  }

  /// Lets a search look only among those of its keys that lie within a bracket.
  func narrow(to bracket: ClosedRange<UInt32>) {
    // those that stay move to the front of the same memory
    contestedCount =
      KernelArithmetic.fastest.collect(
        bracket, count: contestedCount, of: OrderedWords(contested.pointer),
        into: contested.pointer
      ).within
  }

  /// Writes `mark` into `mask` for those that lie beyond the cut, and for as many of those on it as
  /// the cut takes.
  func mark(beyond cut: inout Ranking.Cut, as mark: UInt8, in mask: AlignedBuffer<UInt8>) {
    let (count, places, marks, keys) = (count, places.pointer, mask.pointer, keys(cut.flip))
    if let lowest = cut.lowest {
      if isEveryWeight {
        KernelArithmetic.fastest.mark(from: lowest, count: count, of: keys, as: mark, in: marks)
      } else {
        for order in 0..<count {
          let place = Int(places[order])
          // no branch that could be mispredicted
          marks[place] = keys[order] >= lowest ? mark : marks[place]
        }
      }
    }
    guard !cut.takesAllTies else { return }
    for step in 0..<count where cut.ties > 0 {
      let order = cut.flip == 0 ? step : count - 1 - step
      guard keys[order] == cut.value else { continue }
      marks[isEveryWeight ? order : Int(places[order])] = mark
      cut.ties -= 1
    }
  }
}
