import CoppiceSparsity

/// What `coppice evaluate` prints.
public struct EvaluationReport: Codable, Sendable, Equatable, CustomStringConvertible {
  /// The format of this value.
  public var schema = 1
  /// The run folder.
  public var run: String
  /// What learned.
  public var algorithm: String
  /// The world.
  public var environment: String
  /// Which weights are kept, as it was written.
  public var sparsity: String
  /// The environment step of the policy; 0 for the best one.
  public var environmentStep: Int
  /// How many episodes were played.
  public var episodes: Int
  /// The mean of the returns.
  public var meanReturn: Double
  /// The standard deviation of the returns, with the count as divisor.
  public var standardDeviation: Double
  /// The sum of rewards of each episode.
  public var returns: [Double]
  /// The steps of each episode.
  public var lengths: [Int]

  private enum CodingKeys: String, CodingKey {
    case schema
    case run
    case algorithm
    case environment
    case sparsity
    case environmentStep = "environment_step"
    case episodes
    case meanReturn = "mean_return"
    case standardDeviation = "standard_deviation"
    case returns
    case lengths
  }

  /// The report of `record`, for the run in `path`.
  public init(_ record: EvaluationRecord, of configuration: RunConfiguration, path: String) {
    run = path
    algorithm = configuration.algorithm
    environment = configuration.environment
    sparsity = configuration.sparsity.spelling
    environmentStep = record.step
    episodes = record.returns.count
    meanReturn = record.meanReturn
    standardDeviation = record.deviation
    returns = record.returns
    lengths = record.lengths
  }

  /// One line for people.
  public var description: String {
    let mean = (meanReturn * 10).rounded() / 10
    let deviation = (standardDeviation * 10).rounded() / 10
    let low = ((returns.min() ?? 0) * 10).rounded() / 10
    let high = ((returns.max() ?? 0) * 10).rounded() / 10
    return "\(environment), \(algorithm), sparsity \(sparsity): return \(mean) ± \(deviation) "
      + "over \(episodes) episodes (\(low) to \(high))"
  }
}
