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

  /// Writes `mark` into `mask` for those that lie beyond the cut, and for as many of those on it as
  /// the cut takes.
  func mark(beyond cut: inout Ranking.Cut, as mark: UInt8, in mask: AlignedBuffer<UInt8>) {
    let (count, places, ranks, marks) = (
      count, places.pointer, ranks.pointer, mask.pointer
    )
    let (flip, value, takesTies) = (cut.flip, cut.value, cut.takesAllTies)
    // no branch that could be mispredicted
    func marked(_ rank: UInt32, _ old: UInt8) -> UInt8 {
      let key = rank ^ flip
      return (key > value) || (takesTies && key == value) ? mark : old
    }
    if isEveryWeight {
      for place in 0..<count { marks[place] = marked(ranks[place], marks[place]) }
    } else {
      for order in 0..<count {
        let place = Int(places[order])
        marks[place] = marked(ranks[order], marks[place])
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
