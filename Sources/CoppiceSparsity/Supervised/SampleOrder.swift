import CoppiceRandom
import CoppiceTensors

/// The order in which the samples of a data set are met: a new one in every epoch.
///
/// An order is a function of the key and the epoch alone, so that nothing of it has to be saved.
final class SampleOrder {
  /// `[N]`: which sample comes when.
  let samples: AlignedBuffer<Int32>

  private let key: RandomKey
  private var epoch: Int?

  init(count: Int, key: RandomKey) {
    samples = AlignedBuffer(count: count)
    self.key = key
  }

  /// Shuffles for `epoch`, unless that is the order already.
  ///
  /// - Complexity: O(N) where the epoch is another one. No allocation.
  func shuffle(epoch: Int) {
    guard self.epoch != epoch else { return }
    self.epoch = epoch
    let order = samples.pointer
    for index in 0..<samples.count { order[index] = Int32(index) }
    var random = key.split(epoch).stream()
    for index in stride(from: samples.count - 1, to: 0, by: -1) {
      let other = random.nextIndex(below: index + 1)
      (order[index], order[other]) = (order[other], order[index])
    }
  }
}
