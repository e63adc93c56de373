/// What several metrics say of two sets of paths.
public struct PathComparison: Sendable, Equatable {
  /// A metric that these sets give nothing to measure, such as too few paths.
  public struct Refusal: Codable, Sendable, Equatable {
    /// ``PathMetric/name``.
    public var metric: String
    /// What it wants.
    public var reason: String

    /// A refusal from its parts.
    public init(metric: String, reason: String) { (self.metric, self.reason) = (metric, reason) }
  }

  /// All numbers, in the order of the metrics.
  public var measurements: [PathMeasurement] = []
  /// The metrics without numbers.
  public var refusals: [Refusal] = []

  /// Nothing yet.
  public init() {}
}
