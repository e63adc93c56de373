public import CoppiceRandom
public import CoppiceTensors

/// The sizes of a network that says what actions are worth, from a view and other features.
///
/// The view goes through convolutions and a dense layer, the features through a dense layer of their
/// own, and so do further inputs where there are any; all are joined, go through further dense layers where there are any, and end in Q = V + A −
/// mean A. Where a convolution does not fit into the view, it and those behind it are left out.
///
/// ## Source
/// The encoder of MAgent's learners (Zheng et al. 2018, arXiv 1712.00600, and its published code): two
/// convolutions of 3 × 3 with 32 channels, and 256 units for either branch; A has no bias.
/// **Differences**: where one convolution fits and the second does not, the first one stays.
public struct DuelingShape: Codable, Sendable, Equatable {
  /// What is seen; the first inputs.
  public var view: ImageShape
  /// The inputs behind the view; 0 for none.
  public var featureCount: Int
  /// How many actions there are.
  public var actionCount: Int
  /// The convolutions.
  public var convolutions = [
    ConvolutionShape(size: 3, channels: 32), ConvolutionShape(size: 3, channels: 32),
  ]
  /// Units of the dense layer behind the convolutions.
  public var viewUnits = 256
  /// Units of the dense layer of the features.
  public var featureUnits = 256
  /// Further inputs behind the features, each with a dense layer of its own.
  public var branches: [InputBranch] = []
  /// Units of each dense layer behind all of these.
  public var hidden: [Int] = []

  /// The sizes that the source uses.
  public init(view: ImageShape, featureCount: Int, actionCount: Int) {
    (self.view, self.featureCount, self.actionCount) = (view, featureCount, actionCount)
  }

  private enum CodingKeys: String, CodingKey {
    case view, convolutions, branches, hidden
    case featureCount = "feature_count"
    case actionCount = "action_count"
    case viewUnits = "view_units"
    case featureUnits = "feature_units"
  }

  /// All inputs of a sample.
  public var inputCount: Int {
    branches.reduce(view.count + featureCount) { $0 + $1.inputCount }
  }

  /// The convolutions that fit, each with the image that it reads.
  var fitting: [(shape: ConvolutionShape, input: ImageShape)] {
    var (image, found) = (view, [(shape: ConvolutionShape, input: ImageShape)]())
    for shape in convolutions {
      guard let output = shape.output(for: image) else { break }
      found.append((shape, image))
      image = output
    }
    return found
  }
}

/// Inputs that have a dense layer of their own.
public struct InputBranch: Codable, Sendable, Equatable {
  /// How many inputs.
  public var inputCount: Int
  /// Units of their layer.
  public var units: Int

  /// A branch from its sizes.
  public init(inputCount: Int, units: Int) { (self.inputCount, self.units) = (inputCount, units) }

  private enum CodingKeys: String, CodingKey {
    case inputCount = "input_count"
    case units
  }
}

extension FeedForwardNetwork {
  /// A dense network of `shape` with numbers from `key`.
  public convenience init(
    _ shape: DuelingShape, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    let encoder = EncoderSteps<Scalar>(shape, key: key, arithmetic: arithmetic)
    self.init(
      encoder.steps
        + Self.duelingSteps(
          encoder.outputCount, actionCount: shape.actionCount, reads: .node(encoder.node),
          from: encoder.node + 1, key: key.split(encoder.steps.count), arithmetic: arithmetic),
      arithmetic: arithmetic)
  }

  /// Q = V + A − mean A from `inputs` features.
  static func duelingSteps(
    _ inputs: Int, actionCount: Int, reads source: Place, from node: Int, key: RandomKey,
    arithmetic: Scalar.Arithmetic
  ) -> [Step] {
    let head = DenseStage<Scalar>(
      LayerShape(outputs: 1 + actionCount, inputs: inputs), isRectified: false,
      unbiased: 1..<(1 + actionCount), givesInputGradient: true, key: key, arithmetic: arithmetic)
    return [
      Step(head, reads: source, writes: .node(node)),
      Step(DuelingStage(actionCount: actionCount), reads: .node(node), writes: .node(node + 1)),
    ]
  }

  /// A dense network with the encoder of `shape`, and behind it the scores of its actions and then one
  /// value: `A` + 1 outputs.
  public convenience init(
    scoresAndValue shape: DuelingShape, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    let encoder = EncoderSteps<Scalar>(shape, key: key, arithmetic: arithmetic)
    let head = DenseStage<Scalar>(
      LayerShape(outputs: shape.actionCount + 1, inputs: encoder.outputCount), isRectified: false,
      givesInputGradient: true, key: key.split(encoder.steps.count), arithmetic: arithmetic)
    self.init(
      encoder.steps
        + [Step(head, reads: .node(encoder.node), writes: .node(encoder.node + 1))],
      arithmetic: arithmetic)
  }
}
