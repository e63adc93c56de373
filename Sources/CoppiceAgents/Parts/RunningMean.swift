import CoppiceTensors

/// The mean of a number over the updates between two reports; part of an agent's state.
struct RunningMean {
  /// What it is: `train/critic-loss`.
  let name: String

  /// The parts of the number in one update, each written by whoever computed it.
  let shares: AlignedBuffer<Double>

  private(set) var sum = 0.0
  private(set) var count = 0.0

  /// A mean of numbers that have `shareCount` parts.
  init(_ name: String, shareCount: Int) {
    self.name = name
    shares = AlignedBuffer(count: shareCount)
  }

  /// Takes the number of one update into the mean, its parts in their order.
  mutating func take() {
    for share in shares.elements { sum += share }
    count += 1
  }

  /// Takes a number of one part.
  mutating func take(_ number: Double) {
    sum += number
    count += 1
  }

  fileprivate mutating func set(sum: Double, count: Double) {
    self.sum = sum
    self.count = count
  }
}

extension [RunningMean] {
  /// Means of how much the masks of `networks` change.
  static func divergences(of networks: [String]) -> [RunningMean] {
    networks.map { RunningMean("sparsity/divergence-\($0)", shareCount: 0) }
  }

  /// Whether all sums are finite numbers.
  var areFinite: Bool { allSatisfy(\.sum.isFinite) }

  /// The sums, then the counts.
  var state: [Double] { map(\.sum) + map(\.count) }

  /// Goes on from what ``state`` was.
  ///
  /// - Precondition: There are two numbers for each mean.
  mutating func restore(_ state: ArraySlice<Double>) {
    precondition(state.count == 2 * count, "each mean has a sum and a count")
    for index in indices {
      self[index].set(
        sum: state[state.startIndex + index], count: state[state.startIndex + count + index])
    }
  }

  /// The means of those that were taken since the last call, which begin anew.
  mutating func drain() -> [Measurement] {
    indices.compactMap { index in
      let mean = self[index]
      self[index].set(sum: 0, count: 0)
      return mean.count > 0 ? Measurement(name: mean.name, value: mean.sum / mean.count) : nil
    }
  }
}
