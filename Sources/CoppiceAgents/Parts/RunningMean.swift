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

  /// Goes on from a sum and a count.
  mutating func set(sum: Double, count: Double) {
    self.sum = sum
    self.count = count
  }

  /// The mean, where there was an update; begins anew.
  mutating func drain() -> Measurement? {
    defer { set(sum: 0, count: 0) }
    return count > 0 ? Measurement(name: name, value: sum / count) : nil
  }
}
