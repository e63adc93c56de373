public import CoppiceNetworks
public import CoppiceTensors

extension ActorCritic {
  /// The hyper-parameters of the actor-critic.
  public struct Configuration: Codable, Sendable, Equatable {
    /// The fewest steps of a rollout, but for the end of an episode; at least 1.
    public var rolloutSteps = 8
    /// Samples of an update: a rollout goes on until there are as many, and one with more is learned from
    /// in several updates; at least 1.
    public var batchSize = 1024
    /// γ, in [0, 1].
    public var discount = 0.99
    /// λ, in [0, 1]; at 1 returns reach to the end of the rollout.
    public var traceDecay = 1.0
    /// What the squared error of the value counts; not negative.
    public var valueWeight = 0.1
    /// What a nat of the policy's entropy is worth; not negative.
    public var entropyWeight = 0.08
    /// The learning rate; positive.
    public var learningRate = 1e-3
    /// The longest that the gradient of all weights together may be; 0 for any.
    public var gradientNormLimit = 5.0
    /// The constants of Adam.
    public var adam = Adam<Float>.Configuration()

    /// The weights of MAgent's loss, with rollouts of 8 steps.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case discount, adam
      case rolloutSteps = "rollout_steps"
      case batchSize = "batch_size"
      case traceDecay = "trace_decay"
      case valueWeight = "value_weight"
      case entropyWeight = "entropy_weight"
      case learningRate = "learning_rate"
      case gradientNormLimit = "gradient_norm_limit"
    }

    /// Checks every value.
    ///
    /// - Throws: `UserError` of kind `configuration` that names the first bad one.
    public func validate() throws(UserError) {
      let ranges: [(name: String, value: Double, range: ClosedRange<Double>)] = [
        ("rollout_steps", Double(rolloutSteps), 1...100_000),
        ("batch_size", Double(batchSize), 1...1_000_000),
        ("discount", discount, 0...1),
        ("trace_decay", traceDecay, 0...1),
        ("value_weight", valueWeight, 0...1e9),
        ("entropy_weight", entropyWeight, 0...1e9),
        ("learning_rate", learningRate, 1e-12...10),
        ("gradient_norm_limit", gradientNormLimit, 0...1e9),
        ("adam.first_decay", adam.firstDecay, 0...0.999_999_999),
        ("adam.second_decay", adam.secondDecay, 0...0.999_999_999),
        ("adam.epsilon", adam.epsilon, 1e-30...1),
        ("adam.weight_decay", adam.weightDecay, 0...1),
      ]
      for (name, value, range) in ranges where !range.contains(value) {
        throw UserError(
          .configuration, found: "a2c.\(name) = \(value)",
          expected: "\(range.lowerBound) to \(range.upperBound)", action: "change it")
      }
    }
  }
}
