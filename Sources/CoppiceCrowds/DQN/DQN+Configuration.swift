public import CoppiceNetworks
public import CoppiceTensors

extension DQN {
  /// The hyper-parameters of DQN.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Samples of a batch; at least 1.
    public var batchSize = 256
    /// γ, in [0, 1].
    public var discount = 0.99
    /// How many rewards a return has; at least 1.
    public var returnSteps = 1
    /// Updates between two in which the target follows; at least 1.
    public var targetUpdateInterval = 1
    /// τ of such an update, in (0, 1]; 1 copies.
    public var targetUpdateRate = 0.005
    /// The learning rate at first; positive.
    public var learningRate = 1e-4
    /// The part of it that is left at last, in [0, 1].
    public var finalLearningRateShare = 1.0
    /// Updates over which it falls evenly; at least 1.
    public var learningRateUpdates = 100_000
    /// Where the loss becomes linear; 0 for one that is quadratic everywhere.
    public var huberThreshold = 1.0
    /// Whether the learning network chooses the action that the target values.
    public var isDouble = true
    /// Whether those who do not learn act by the target, which averages the network over its last updates,
    /// in place of the network as the last update left it.
    public var hasAveragedPolicy = false
    /// Rows that are held to draw from; at least as many as a batch has samples.
    public var historyCapacity = 131_072
    /// The constants of Adam.
    public var adam = Adam<Float>.Configuration()

    /// One-step double DQN with a slow target.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case discount, adam
      case batchSize = "batch_size"
      case returnSteps = "return_steps"
      case targetUpdateInterval = "target_update_interval"
      case targetUpdateRate = "target_update_rate"
      case learningRate = "learning_rate"
      case finalLearningRateShare = "final_learning_rate_share"
      case learningRateUpdates = "learning_rate_updates"
      case huberThreshold = "huber_threshold"
      case isDouble = "double"
      case hasAveragedPolicy = "averaged_policy"
      case historyCapacity = "history_capacity"
    }

    /// The learning rate of an update, the first of which is 1.
    public func learningRate(at step: Int) -> Double {
      let progress = min(1, Double(step - 1) / Double(max(1, learningRateUpdates)))
      return learningRate * (1 - (1 - finalLearningRateShare) * progress)
    }

    /// Checks every value.
    ///
    /// - Parameter learner: Whose they are, for the message.
    /// - Throws: `UserError` of kind `configuration` that names the first bad one.
    public func validate(_ learner: String = "dqn") throws(UserError) {
      func require(
        _ name: String, _ value: Double, _ range: ClosedRange<Double>
      ) throws(UserError) {
        guard !range.contains(value) else { return }
        throw UserError(
          .configuration, found: "\(learner).\(name) = \(value)",
          expected: "\(range.lowerBound) to \(range.upperBound)", action: "change it")
      }
      try require("batch_size", Double(batchSize), 1...1_000_000)
      try require("discount", discount, 0...1)
      try require("return_steps", Double(returnSteps), 1...1000)
      try require("target_update_interval", Double(targetUpdateInterval), 1...1e9)
      try require("target_update_rate", targetUpdateRate, 1e-12...1)
      try require("learning_rate", learningRate, 1e-12...10)
      try require("final_learning_rate_share", finalLearningRateShare, 0...1)
      try require("learning_rate_updates", Double(learningRateUpdates), 1...1e12)
      try require("huber_threshold", huberThreshold, 0...1e9)
      try require("history_capacity", Double(historyCapacity), Double(batchSize)...1e10)
      try require("adam.first_decay", adam.firstDecay, 0...0.999_999_999)
      try require("adam.second_decay", adam.secondDecay, 0...0.999_999_999)
      try require("adam.epsilon", adam.epsilon, 1e-30...1)
      try require("adam.weight_decay", adam.weightDecay, 0...1)
    }
  }
}
