/// A batch of vectors in the layout that the kernels read: `[sample / 64][feature][64]`.
///
/// Sixty-four samples lie side by side, so that a vector register holds one feature of several
/// samples and a whole layer runs without any packing. A batch that is no multiple of 64 leaves the
/// last lanes of its last panel unused: they hold finite numbers that nobody reads.
///
/// ## Shapes
/// - `B` samples, `F` features, ⌈`B` / 64⌉ panels of `[F, 64]`
public struct Panels<Scalar: BitwiseCopyable>: Sendable {
  /// How many samples a panel holds.
  public static var width: Int { panelWidth }

  /// How many features each sample has.
  public let featureCount: Int

  /// How many panels there are.
  public let panelCount: Int

  /// The memory: `panelCount` × `featureCount` × 64 elements.
  public let buffer: AlignedBuffer<Scalar>

  /// Zeroed panels with room for `sampleCount` samples.
  public init(featureCount: Int, sampleCount: Int) {
    self.featureCount = featureCount
    self.panelCount = panelCountFor(samples: sampleCount)
    self.buffer = AlignedBuffer(count: panelCount * featureCount * panelWidth)
  }

  /// How many elements lie between the beginnings of two panels.
  @inlinable public var stride: Int { featureCount * panelWidth }

  /// The beginning of panel `index`, at feature `feature`.
  @inlinable
  public func panel(_ index: Int, feature: Int = 0) -> UnsafeMutablePointer<Scalar> {
    buffer.pointer + (index * featureCount + feature) * panelWidth
  }

  /// One value, for tests and small batches; kernels use ``panel(_:feature:)``.
  public subscript(sample sample: Int, feature feature: Int) -> Scalar {
    get { panel(sample / panelWidth, feature: feature)[sample % panelWidth] }
    nonmutating set { panel(sample / panelWidth, feature: feature)[sample % panelWidth] = newValue }
  }
}

/// How many samples a panel holds, on every machine.
public let panelWidth = 64

/// How many panels `samples` samples need.
@inlinable
public func panelCountFor(samples: Int) -> Int { (samples + panelWidth - 1) / panelWidth }

/// A single sample lies in room for a multiple of this many numbers, which kernels may read.
public let sampleRoom = 128
