public import CoppiceNetworks
public import CoppiceTensors

extension TD3 {
  /// The hyper-parameters of TD3; noise and clip in units of the largest action, which is 1.
  public struct Configuration: Codable, Sendable, Equatable {
    /// Samples of a batch; at least 1.
    public var batchSize = 256
    /// γ, in [0, 1].
    public var discount = 0.99
    /// τ of the target networks, in (0, 1].
    public var targetUpdateRate = 0.005
    /// Gradient steps between two updates of the actor and the targets; at least 1.
    public var policyDelay = 2
    /// σ of the noise on actions while exploring; not negative.
    public var explorationNoise = 0.1
    /// σ̃ of the noise on target actions; not negative.
    public var targetNoise = 0.2
    /// c, where the noise on target actions is clipped; not negative.
    public var targetNoiseClip = 0.5
    /// The learning rate of the actor; positive.
    public var actorLearningRate = 3e-4
    /// The learning rate of the critics; positive.
    public var criticLearningRate = 3e-4
    /// The constants of Adam.
    public var adam = Adam<Float>.Configuration()
    /// Whether observations are shifted and scaled by their running statistics.
    public var normaliseObservations = false

    /// The values of the authors' current code.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case batchSize = "batch_size"
      case discount
      case targetUpdateRate = "target_update_rate"
      case policyDelay = "policy_delay"
      case explorationNoise = "exploration_noise"
      case targetNoise = "target_noise"
      case targetNoiseClip = "target_noise_clip"
      case actorLearningRate = "actor_learning_rate"
      case criticLearningRate = "critic_learning_rate"
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
      try require("policy_delay", Double(policyDelay), 1...1_000_000)
      try require("exploration_noise", explorationNoise, 0...100)
      try require("target_noise", targetNoise, 0...100)
      try require("target_noise_clip", targetNoiseClip, 0...100)
      try require("actor_learning_rate", actorLearningRate, 1e-12...10)
      try require("critic_learning_rate", criticLearningRate, 1e-12...10)
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
        .configuration, found: "td3.\(name) = \(value)",
        expected: "\(range.lowerBound) to \(range.upperBound)", action: "change the recipe")
    }
  }
}
