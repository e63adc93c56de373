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
  /// How strong each is; a larger number is stronger.
  let ranks: AlignedBuffer<UInt32>
  /// The ranks among which a search still looks.
  let contested: AlignedBuffer<UInt32>
  /// How many those are.
  var contestedCount = 0

  /// Room for the candidates of a layer of so many weights.
  init(capacity: Int) {
    places = AlignedBuffer(count: capacity)
    ranks = AlignedBuffer(count: capacity)
    contested = AlignedBuffer(count: capacity)
  }

  /// Lets a search look among all, or among every so many of them.
  func contest(every stride: Int = 1) {
    let (ranks, contested) = (ranks.pointer, contested.pointer)
    contestedCount = (count + stride - 1) / stride
    for order in 0..<contestedCount { contested[order] = ranks[order * stride] }
  }

  /// Lets a search look among those within a bracket, once all bits of `flip` are turned over.
  ///
  /// - Returns: How many lie beyond the bracket.
  func contest(_ bracket: ClosedRange<UInt32>, flip: UInt32) -> Int {
    // any instruction set finds the same
    let found = KernelArithmetic.fastest.collect(
      bracket, flip: flip, count: count, ranks: UnsafePointer(ranks.pointer),
      into: contested.pointer)
    contestedCount = found.within
    return found.beyond
  }

  /// Lets a search look only among those of its ranks that lie within a bracket, once all bits of
  /// `flip` are turned over.
  func narrow(to bracket: ClosedRange<UInt32>, flip: UInt32) {
    // those that stay move to the front of the same memory
    contestedCount =
      KernelArithmetic.fastest.collect(
        bracket, flip: flip, count: contestedCount, ranks: UnsafePointer(contested.pointer),
        into: contested.pointer
      ).within
  }

  /// Writes `mark` into `mask` for those that lie beyond the cut, and for as many of those on it as
  /// the cut takes.
  func mark(beyond cut: inout Ranking.Cut, as mark: UInt8, in mask: AlignedBuffer<UInt8>) {
    let (count, places, ranks, marks, flip) = (
      count, places.pointer, ranks.pointer, mask.pointer, cut.flip
    )
    if let lowest = cut.lowest {
      if isEveryWeight {
        KernelArithmetic.fastest.mark(
          from: lowest, flip: flip, count: count, ranks: UnsafePointer(ranks), as: mark, in: marks)
      } else {
        for order in 0..<count {
          let place = Int(places[order])
          // no branch that could be mispredicted
          marks[place] = ranks[order] ^ flip >= lowest ? mark : marks[place]
        }
      }
    }
    guard !cut.takesAllTies else { return }
    for step in 0..<count where cut.ties > 0 {
      let order = flip == 0 ? step : count - 1 - step
      guard ranks[order] ^ flip == cut.value else { continue }
      marks[isEveryWeight ? order : Int(places[order])] = mark
      cut.ties -= 1
    }
  }
}
