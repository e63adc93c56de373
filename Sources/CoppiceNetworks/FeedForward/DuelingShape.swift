public import CoppiceRandom
public import CoppiceTensors

/// The sizes of a network that says what actions are worth, from a view and other features.
///
/// The view goes through convolutions and a dense layer, the features through a dense layer of their
/// own; both are joined, go through further dense layers where there are any, and end in Q = V + A −
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
  /// Units of each dense layer behind both.
  public var hidden: [Int] = []

  /// The sizes that the source uses.
  public init(view: ImageShape, featureCount: Int, actionCount: Int) {
    (self.view, self.featureCount, self.actionCount) = (view, featureCount, actionCount)
  }

  private enum CodingKeys: String, CodingKey {
    case view, convolutions, hidden
    case featureCount = "feature_count"
    case actionCount = "action_count"
    case viewUnits = "view_units"
    case featureUnits = "feature_units"
  }

  /// All inputs of a sample.
  public var inputCount: Int { view.count + featureCount }

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

extension FeedForwardNetwork {
  /// A dense network of `shape` with numbers from `key`.
  public convenience init(
    _ shape: DuelingShape, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    var steps: [Step] = []
    var (place, count, node) = (Place.input(), shape.view.count, 0)
    func dense(_ inputs: Int, _ outputs: Int, learnsBelow: Bool = true) -> DenseStage<Scalar> {
      DenseStage(
        LayerShape(outputs: outputs, inputs: inputs), isRectified: true,
        givesInputGradient: learnsBelow, key: key.split(steps.count), arithmetic: arithmetic)
    }
    for (window, image) in shape.fitting {
      let convolution = Convolution<Scalar>(
        window, of: image, givesInputGradient: node > 0, key: key.split(steps.count),
        arithmetic: arithmetic)
      steps.append(Step(convolution, reads: place, writes: .node(node)))
      (place, count, node) = (.node(node), convolution.outputCount, node + 1)
    }
    let encoder = dense(count, shape.viewUnits, learnsBelow: node > 0)
    steps.append(Step(encoder, reads: place, writes: .node(node)))
    count = shape.viewUnits
    if shape.featureCount > 0 {
      let features = dense(shape.featureCount, shape.featureUnits, learnsBelow: false)
      steps.append(
        Step(
          features, reads: .input(feature: shape.view.count),
          writes: .node(node, feature: shape.viewUnits)))
      count += shape.featureUnits
    }
    for units in shape.hidden {
      steps.append(Step(dense(count, units), reads: .node(node), writes: .node(node + 1)))
      (count, node) = (units, node + 1)
    }
    let head = DenseStage<Scalar>(
      LayerShape(outputs: 1 + shape.actionCount, inputs: count), isRectified: false,
      unbiased: 1..<(1 + shape.actionCount), givesInputGradient: true,
      key: key.split(steps.count), arithmetic: arithmetic)
    steps.append(Step(head, reads: .node(node), writes: .node(node + 1)))
    steps.append(
      Step(
        DuelingStage(actionCount: shape.actionCount), reads: .node(node + 1),
        writes: .node(node + 2)))
    self.init(steps, arithmetic: arithmetic)
  }
}
