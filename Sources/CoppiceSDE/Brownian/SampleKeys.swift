public import CoppiceRandom
import CoppiceTensors

/// The random keys of the samples of a batch, one for each.
///
/// A sample's noise follows from its key alone: it does not depend on which batch the sample is in, on
/// its place there, or on the number of threads.
///
/// ## Shapes
/// - `B` samples in ⌈`B` / 64⌉ panels of 64 lanes
public struct SampleKeys: Sendable {
  /// `B`.
  public let count: Int

  /// The first words of the keys, `[⌈B / 64⌉, 64]`; those behind the last sample are 0.
  private let low: AlignedBuffer<UInt32>
  /// The second words.
  private let high: AlignedBuffer<UInt32>
  /// The panel that these keys begin with.
  private let firstPanel: Int

  /// Keys that are given.
  public init(_ keys: some Collection<RandomKey>) {
    count = keys.count
    low = AlignedBuffer(count: panelCountFor(samples: keys.count) * panelWidth)
    high = AlignedBuffer(count: low.count)
    firstPanel = 0
    assign(keys)
  }

  /// The keys `key.split(0)`, `key.split(1)`, …: sample `b` has the same whatever the count.
  public init(count: Int, key: RandomKey) {
    self.init((0..<count).map { key.split($0) })
  }

  /// Other keys in the same memory, for the next batch.
  ///
  /// - Precondition: There are as many.
  public func assign(_ keys: some Collection<RandomKey>) {
    precondition(keys.count == count, "\(keys.count) keys for \(count) samples")
    for (sample, key) in keys.enumerated() { assign(key, to: sample) }
  }

  /// The keys `key.split(first)`, `key.split(first + 1)`, … in the same memory.
  public func assign(splitting key: RandomKey, from first: Int = 0) {
    for sample in 0..<count { assign(key.split(first + sample), to: sample) }
  }

  private func assign(_ key: RandomKey, to sample: Int) {
    low.pointer[firstPanel * panelWidth + sample] = key.words.x
    high.pointer[firstPanel * panelWidth + sample] = key.words.y
  }

  /// How many panels the samples fill.
  public var panelCount: Int { panelCountFor(samples: count) }

  /// The keys of panel `index` alone, in the same memory.
  public func panel(_ index: Int) -> SampleKeys { SampleKeys(panel: index, of: self) }

  private init(panel: Int, of keys: SampleKeys) {
    precondition(panel >= 0 && panel < keys.panelCount, "no panel \(panel)")
    count = keys.lanes(ofPanel: panel)
    low = keys.low
    high = keys.high
    firstPanel = keys.firstPanel + panel
  }

  /// The words of panel `index`'s keys, `[64]` each.
  func words(ofPanel index: Int) -> (low: UnsafePointer<UInt32>, high: UnsafePointer<UInt32>) {
    let offset = (firstPanel + index) * panelWidth
    return (UnsafePointer(low.pointer + offset), UnsafePointer(high.pointer + offset))
  }

  /// How many lanes of panel `index` are in use.
  func lanes(ofPanel index: Int) -> Int { min(panelWidth, count - index * panelWidth) }
}
