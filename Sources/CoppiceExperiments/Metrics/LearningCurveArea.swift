/// How fast a run learns, in one number: its evaluations, added up.
///
/// ## Source
/// Sokar et al. 2022, arXiv 2106.04217, equation 9. The equation is a mean, but the printed values are
/// sums of the evaluations over a million, so both are given.
public struct LearningCurveArea: Codable, Sendable, Equatable {
  /// The mean of the mean returns of all evaluations.
  public var mean: Double
  /// Their sum, in millions.
  public var millions: Double

  /// The area under a series of mean returns; nothing where there are none.
  public init?(_ returns: [Double]) {
    guard !returns.isEmpty else { return nil }
    let sum = returns.reduce(0, +)
    mean = sum / Double(returns.count)
    millions = sum / 1e6
  }
}
