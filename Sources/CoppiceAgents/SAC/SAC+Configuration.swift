public import CoppiceNetworks
public import CoppiceTensors

extension SAC {
  /// The hyper-parameters of SAC.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Samples of a batch; at least 1.
    public var batchSize = 256
    /// γ, in [0, 1].
    public var discount = 0.99
    /// τ of the target networks, in (0, 1].
    public var targetUpdateRate = 0.005
    /// Gradient steps between two updates of the targets; at least 1.
    public var targetUpdateInterval = 1
    /// The learning rate of the actor; positive.
    public var actorLearningRate = 3e-4
    /// The learning rate of the critics; positive.
    public var criticLearningRate = 3e-4
    /// α at the beginning, and throughout where it does not learn; positive.
    public var temperature = 1.0
    /// Whether α learns.
    public var learnsTemperature = true
    /// The learning rate of log α; positive.
    public var temperatureLearningRate = 3e-4
    /// H̄ over the number of actions: the entropy that a learning α aims at.
    public var targetEntropyPerAction = -1.0
    /// The smallest log σ; at least −40.
    public var smallestLogDeviation = -20.0
    /// The largest log σ; at most 20.
    public var largestLogDeviation = 2.0
    /// What keeps log σ between them.
    public var logDeviationBound = LogDeviation.Bound.clamp
    /// The constants of Adam.
    public var adam = Adam<Float>.Configuration()
    /// Whether observations are shifted and scaled by their running statistics.
    public var normaliseObservations = false

    /// The values of the paper.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case batchSize = "batch_size"
      case discount
      case targetUpdateRate = "target_update_rate"
      case targetUpdateInterval = "target_update_interval"
      case actorLearningRate = "actor_learning_rate"
      case criticLearningRate = "critic_learning_rate"
      case temperature
      case learnsTemperature = "learns_temperature"
      case temperatureLearningRate = "temperature_learning_rate"
      case targetEntropyPerAction = "target_entropy_per_action"
      case smallestLogDeviation = "smallest_log_deviation"
      case largestLogDeviation = "largest_log_deviation"
      case logDeviationBound = "log_deviation_bound"
      case adam
      case normaliseObservations = "normalise_observations"
    }

    /// Checks every value.
    ///
    /// - Throws: `UserError` of kind `configuration` that names the first bad one.
    public func validate() throws(UserError) {
      try require("batch_size", Double(batchSize), 1...1_000_000)
      try require("discount", discount, 0...1)
      try require("target_update_rate", targetUpdateRate, 1e-12...1)
      try require("target_update_interval", Double(targetUpdateInterval), 1...1_000_000)
      try require("actor_learning_rate", actorLearningRate, 1e-12...10)
      try require("critic_learning_rate", criticLearningRate, 1e-12...10)
      try require("temperature", temperature, 1e-12...1e6)
      try require("temperature_learning_rate", temperatureLearningRate, 1e-12...10)
      try require("target_entropy_per_action", targetEntropyPerAction, -1000...1000)
      try require("smallest_log_deviation", smallestLogDeviation, -40...20)
      // in this order, for a range cannot end before it begins
      try require("largest_log_deviation", largestLogDeviation, smallestLogDeviation...20)
      try require("adam.first_decay", adam.firstDecay, 0...0.999_999_999)
      try require("adam.second_decay", adam.secondDecay, 0...0.999_999_999)
      try require("adam.epsilon", adam.epsilon, 1e-30...1)
      try require("adam.weight_decay", adam.weightDecay, 0...1)
    }

    private func require(
      _ name: String, _ value: Double, _ range: ClosedRange<Double>
    ) throws(UserError) {
      guard !range.contains(value) else { return }
      throw UserError(
        .configuration, found: "sac.\(name) = \(value)",
        expected: "\(range.lowerBound) to \(range.upperBound)", action: "change the recipe")
    }
  }
}
