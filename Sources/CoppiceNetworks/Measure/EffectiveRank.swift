public import CoppiceTensors

/// How many directions of a feature space a network uses: the smallest number of singular values of the
/// features whose sum is at least 1 − δ of the sum of all.
///
/// ## Shapes
/// - `B` samples, `F` features
///
/// - Complexity: O(`B F²` + `F³`), 5 to 10 ms for 256 samples of 256 features; allocates.
///
/// ## Source
/// Kumar, Agarwal, Ghosh, Levine 2021, "Implicit Under-Parameterization Inhibits Data-Efficient Deep
/// Reinforcement Learning", arXiv 2010.14498, definition 1, with δ = 0.01.
public struct EffectiveRank: Sendable, Equatable {
  /// The rank; 0 where all features are zero.
  public let value: Int

  /// `min(B, F)`, what the rank is at most.
  public let most: Int

  /// The effective rank of a batch of features.
  ///
  /// - Parameters:
  ///   - features: `[F]` for every sample.
  ///   - sampleCount: `B`.
  ///   - tolerance: δ.
  public init<Scalar: NetworkScalar>(
    of features: Panels<Scalar>, sampleCount: Int, tolerance: Double = 0.01
  ) {
    let gram = Self.gram(features, sampleCount)
    let singular = symmetricEigenvalues(gram, order: features.featureCount)
      .map { max(0, $0).squareRoot() }.sorted(by: >)
    most = min(sampleCount, features.featureCount)
    let wanted = (1 - tolerance) * singular.reduce(0, +)
    var (sum, rank) = (0.0, 0)
    while sum < wanted, rank < singular.count {
      sum += singular[rank]
      rank += 1
    }
    value = rank
  }

  /// Σ h hᵀ over the samples, `[F, F]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func gram<Scalar: NetworkScalar>(
    _ features: Panels<Scalar>, _ sampleCount: Int
  ) -> [Double] {
    let count = features.featureCount
    let (pieces, perPanel) = (features.panelCount * (panelWidth / 8), panelWidth / 8)
    var rows = [SIMD8<Double>](repeating: .zero, count: count * pieces)
    for panel in 0..<features.panelCount {
      let live = max(0, min(panelWidth, sampleCount - panel * panelWidth))
      for feature in 0..<count {
        let lanes = features.panel(panel, feature: feature)
        for lane in 0..<live {
          rows[feature * pieces + panel * perPanel + lane / 8][lane % 8] = Double(lanes[lane])
        }
      }
    }
    var gram = [Double](repeating: 0, count: count * count)
    rows.withUnsafeBufferPointer { rows in
      for first in 0..<count {
        for second in 0...first {
          var sum = SIMD8<Double>.zero
          for piece in 0..<pieces {
            sum += rows[first * pieces + piece] * rows[second * pieces + piece]
          }
          gram[first * count + second] = sum.sum()
          gram[second * count + first] = gram[first * count + second]
        }
      }
    }
    return gram
  }
}
