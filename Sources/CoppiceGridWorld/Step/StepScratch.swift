import CCoppiceKernels
import CoppiceTensors

/// What a step or an observation needs while it runs.
final class StepScratch {
  /// `[workers, region]`: who strikes; then attackers of hits, and their victims.
  let attacker: AlignedBuffer<Int32>
  let victim: AlignedBuffer<Int32>
  /// `[workers, region]`: who means to leave its cell; then who claims another.
  let mover: AlignedBuffer<Int32>
  /// `[workers, runRegion]`: where each run of agents ends in ``attacker`` and ``mover``.
  ///
  /// Runs are a block of each group in turn: where groups stand in the order of the map, as at the beginning,
  /// those that are dealt with at the same time are at the same place.
  let fighterEnds: AlignedBuffer<Int>
  let moverEnds: AlignedBuffer<Int>
  let runRegion: Int
  /// Agents of a block.
  static let blockLength = 2048
  /// How many hits each worker found.
  let hitCounts: AlignedBuffer<Int>
  /// Of ``attacker``, for each worker.
  let region: Int
  /// `[N]`: agents or hits by their order, above in a word, and which, below; and room to sort.
  let queue: AlignedBuffer<UInt64>
  let sorting: AlignedBuffer<UInt64>
  private let digits = AlignedBuffer<Int>(count: 2048)
  /// `[N]`: the cell that an agent's action leads to, negative outside of the world; then the one that it
  /// claims, negative where it claims none.
  let destination: AlignedBuffer<Int32>
  /// `[N]`: 1 where it gets it.
  let succeeds: AlignedBuffer<UInt8>
  /// `[cells]`: the earliest agent that claims the cell and may have it, if it gets free.
  let claim: AlignedBuffer<UInt32>
  /// `[mostGroups]`: how many agents each group had begun with before a new beginning.
  let placedCounts = AlignedBuffer<Int>(count: WorldDescription.mostGroups)
  /// `[mostGroups]`: food that each group ate.
  let eaten = AlignedBuffer<Float>(count: WorldDescription.mostGroups)
  /// `[workers, mostGroups]`: deaths by group.
  let deaths: AlignedBuffer<Int>

  init(capacity: Int, groupCount: Int, cellCount: Int, threadCount: Int) {
    // a share of every group is rounded up
    region = capacity / threadCount + WorldDescription.mostGroups + 1
    attacker = AlignedBuffer(count: region * threadCount)
    victim = AlignedBuffer(count: region * threadCount)
    mover = AlignedBuffer(count: region * threadCount)
    runRegion = (region / Self.blockLength + 1) * groupCount
    fighterEnds = AlignedBuffer(count: runRegion * threadCount)
    moverEnds = AlignedBuffer(count: runRegion * threadCount)
    hitCounts = AlignedBuffer(count: threadCount)
    queue = AlignedBuffer(count: capacity)
    sorting = AlignedBuffer(count: capacity)
    destination = AlignedBuffer(count: capacity)
    succeeds = AlignedBuffer(count: capacity)
    claim = AlignedBuffer(count: cellCount)
    claim.fill(.max)
    deaths = AlignedBuffer(count: WorldDescription.mostGroups * threadCount)
  }

  var byteCount: Int {
    attacker.byteCount + victim.byteCount + mover.byteCount + queue.byteCount + sorting.byteCount
      + destination.byteCount + succeeds.byteCount + claim.byteCount
  }

  /// Sorts the first `count` of the queue by the upper halves of their words.
  ///
  /// - Complexity: O(count).
  func sortQueue(_ count: Int) {
    guard count > 64 else { return sortFew(count) }
    var (from, to) = (queue.pointer, sorting.pointer)
    let places = digits.pointer
    for shift in [32, 43, 54] as [UInt64] {
      digits.zero()
      for index in 0..<count { places[Int(from[index] >> shift & 2047)] += 1 }
      var sum = 0
      for digit in 0..<2048 { (places[digit], sum) = (sum, sum + places[digit]) }
      for index in 0..<count {
        let digit = Int(from[index] >> shift & 2047)
        to[places[digit]] = from[index]
        places[digit] += 1
      }
      swap(&from, &to)
    }
    // after three turns the sorted words lie in the other buffer
    queue.pointer.update(from: from, count: count)
  }

  private func sortFew(_ count: Int) {
    let queue = queue.pointer
    for index in stride(from: 1, to: count, by: 1) {
      let word = queue[index]
      var place = index
      while place > 0, queue[place - 1] > word {
        queue[place] = queue[place - 1]
        place -= 1
      }
      queue[place] = word
    }
  }
}

/// For which later agent of a list memory of the map is asked for.
let lookahead = 40
