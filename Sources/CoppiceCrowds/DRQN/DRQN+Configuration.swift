public import CoppiceNetworks
public import CoppiceTensors

extension DRQN {
  /// The hyper-parameters of recurrent DQN.
  public struct Configuration: Codable, Sendable, Equatable {
    /// `S`, sequences of a batch; at least 1.
    public var sequences = 32
    /// `L`, the most steps of a sequence; at least 1.
    public var sequenceLength = 8
    /// `H`, units of the recurrent layer; at least 1.
    public var recurrentUnits = 256
    /// γ, in [0, 1].
    public var discount = 0.99
    /// How many rewards a return has, as far as its sequence goes; at least 1.
    public var returnSteps = 1
    /// Updates between two in which the target follows; at least 1.
    public var targetUpdateInterval = 1
    /// τ of such an update, in (0, 1]; 1 copies.
    public var targetUpdateRate = 0.005
    /// The learning rate; positive.
    public var learningRate = 1e-4
    /// Where the loss becomes linear; 0 for one that is quadratic everywhere.
    public var huberThreshold = 1.0
    /// The longest that the gradient of all weights together may be; 0 for any.
    public var gradientNormLimit = 10.0
    /// Whether the learning network chooses the action that the target values.
    public var isDouble = true
    /// Rows that are held to draw from; at least as many as a batch has steps.
    public var historyCapacity = 131_072
    /// The constants of Adam.
    public var adam = Adam<Float>.Configuration()

    /// 32 sequences of 8 steps, as in MAgent's battle, with a slow target.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case sequences, discount, adam
      case sequenceLength = "sequence_length"
      case recurrentUnits = "recurrent_units"
      case returnSteps = "return_steps"
      case targetUpdateInterval = "target_update_interval"
      case targetUpdateRate = "target_update_rate"
      case learningRate = "learning_rate"
      case huberThreshold = "huber_threshold"
      case gradientNormLimit = "gradient_norm_limit"
      case isDouble = "double"
      case historyCapacity = "history_capacity"
    }

    /// Checks every value.
    ///
    /// - Throws: `UserError` of kind `configuration` that names the first bad one.
    public func validate() throws(UserError) {
      let ranges: [(name: String, value: Double, range: ClosedRange<Double>)] = [
        ("sequences", Double(sequences), 1...100_000),
        ("sequence_length", Double(sequenceLength), 1...1000),
        ("recurrent_units", Double(recurrentUnits), 1...65_536),
        ("discount", discount, 0...1),
        ("return_steps", Double(returnSteps), 1...1000),
        ("target_update_interval", Double(targetUpdateInterval), 1...1e9),
        ("target_update_rate", targetUpdateRate, 1e-12...1),
        ("learning_rate", learningRate, 1e-12...10),
        ("huber_threshold", huberThreshold, 0...1e9),
        ("gradient_norm_limit", gradientNormLimit, 0...1e9),
        (
          "history_capacity", Double(historyCapacity),
          min(1e10, max(1, Double(sequences) * Double(sequenceLength)))...1e10
        ),
        ("adam.first_decay", adam.firstDecay, 0...0.999_999_999),
        ("adam.second_decay", adam.secondDecay, 0...0.999_999_999),
        ("adam.epsilon", adam.epsilon, 1e-30...1),
        ("adam.weight_decay", adam.weightDecay, 0...1),
      ]
      for (name, value, range) in ranges where !range.contains(value) {
        throw UserError(
          .configuration, found: "drqn.\(name) = \(value)",
          expected: "\(range.lowerBound) to \(range.upperBound)", action: "change it")
      }
    }
  }
}
