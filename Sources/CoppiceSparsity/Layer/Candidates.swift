import CoppiceTensors

/// The weights of a layer among which a rule chooses, and how strong each is.
///
/// A list, not a plane: at high sparsity those that are kept are few.
final class Candidates {
  /// How many there are.
  var count = 0
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

  /// Writes `mark` into `mask` for those that lie beyond the cut, and for as many of those on it as
  /// the cut takes.
  func mark(beyond cut: inout Ranking.Cut, as mark: UInt8, in mask: AlignedBuffer<UInt8>) {
    let (places, ranks, marks) = (places.pointer, ranks.pointer, mask.pointer)
    for step in 0..<count {
      let order = cut.flip == 0 ? step : count - 1 - step
      let key = ranks[order] ^ cut.flip
      guard key >= cut.value else { continue }
      if key == cut.value {
        guard cut.ties > 0 else { continue }
        cut.ties -= 1
      }
      marks[Int(places[order])] = mark
    }
  }
}
