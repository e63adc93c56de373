public import CoppiceTensors

/// Shifts and scales each observation to mean 0 and deviation 1, as the first layer of a policy.
///
/// The statistics are running ones over everything that was recorded, held in double precision, and
/// travel with the policy in every checkpoint.
///
/// ## Shapes
/// - `O` features of an observation; panels `[O, 64]`
///
/// ## Source
/// Welford 1962, "Note on a method for calculating corrected sums of squares and products".
public final class ObservationNormaliser {
  /// `O`.
  public let featureCount: Int

  /// The largest size of a normalised feature; larger ones are clipped.
  public let limit: Float

  private(set) var count: Double = 0
  private let mean: AlignedBuffer<Double>
  private let squares: AlignedBuffer<Double>
  private let shift: AlignedBuffer<Float>
  private let factor: AlignedBuffer<Float>

  /// The identity, until something is recorded.
  public init(featureCount: Int, limit: Float = 10) {
    self.featureCount = featureCount
    self.limit = limit
    mean = AlignedBuffer(count: featureCount)
    squares = AlignedBuffer(count: featureCount)
    shift = AlignedBuffer(count: featureCount)
    factor = AlignedBuffer(count: featureCount)
    factor.fill(1)
  }

  /// Takes one observation into the statistics.
  public func record(_ observation: UnsafePointer<Float>) {
    count += 1
    for feature in 0..<featureCount {
      let value = Double(observation[feature])
      let before = value - mean.pointer[feature]
      mean.pointer[feature] += before / count
      squares.pointer[feature] += before * (value - mean.pointer[feature])
    }
    updateFactors()
  }

  /// Normalises the first `O` features of a panel in place.
  public func normalise(panel: UnsafeMutablePointer<Float>) {
    for feature in 0..<featureCount {
      let row = panel + feature * panelWidth
      let (shift, factor) = (shift.pointer[feature], factor.pointer[feature])
      for lane in 0..<panelWidth {
        row[lane] = min(limit, max(-limit, (row[lane] - shift) * factor))
      }
    }
  }

  /// Normalises one observation `[O]` in place.
  public func normalise(sample: UnsafeMutablePointer<Float>) {
    for feature in 0..<featureCount {
      let shifted = (sample[feature] - shift.pointer[feature]) * factor.pointer[feature]
      sample[feature] = min(limit, max(-limit, shifted))
    }
  }

  private func updateFactors() {
    for feature in 0..<featureCount {
      shift.pointer[feature] = Float(mean.pointer[feature])
      let variance = count > 1 ? squares.pointer[feature] / count : 1
      factor.pointer[feature] = Float(1 / (variance + 1e-8).squareRoot())
    }
  }
}

extension ObservationNormaliser: Checkpointable {
  /// Saves the count, the means and the sums of squares.
  public func save(into tensors: inout NamedTensors) {
    tensors.set("count", [count])
    tensors.set("mean", mean)
    tensors.set("squares", squares)
  }

  /// Restores the statistics.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    count = try tensors.get("count", as: Double.self).first ?? 0
    try tensors.get("mean", into: mean)
    try tensors.get("squares", into: squares)
    if count > 0 { updateFactors() }
  }
}
