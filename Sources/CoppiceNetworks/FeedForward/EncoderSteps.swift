import CoppiceRandom
import CoppiceTensors

/// What comes before the heads of a network of a ``DuelingShape``: convolutions, branches, and the dense
/// layers behind them.
struct EncoderSteps<Scalar: NetworkScalar> {
  typealias Step = FeedForwardNetwork<Scalar>.Step
  typealias Place = FeedForwardNetwork<Scalar>.Place

  /// The stages; the key of each is numbered by its place.
  private(set) var steps: [Step] = []
  /// The node of the outputs, which are rectified.
  private(set) var node = 0
  /// How many outputs there are.
  private(set) var outputCount = 0

  private let key: RandomKey
  private let arithmetic: Scalar.Arithmetic

  init(_ shape: DuelingShape, key: RandomKey, arithmetic: Scalar.Arithmetic) {
    (self.key, self.arithmetic) = (key, arithmetic)
    var (place, count) = (Place.input(), shape.view.count)
    for (window, image) in shape.fitting {
      let convolution = Convolution<Scalar>(
        window, of: image, givesInputGradient: node > 0, key: key.split(steps.count),
        arithmetic: arithmetic)
      steps.append(Step(convolution, reads: place, writes: .node(node)))
      (place, count, node) = (.node(node), convolution.outputCount, node + 1)
    }
    join(count, shape.viewUnits, reads: place, learnsBelow: node > 0)
    var feature = shape.view.count
    let features = InputBranch(inputCount: shape.featureCount, units: shape.featureUnits)
    for branch in [features] + shape.branches where branch.inputCount > 0 {
      join(branch.inputCount, branch.units, reads: .input(feature: feature), learnsBelow: false)
      feature += branch.inputCount
    }
    for units in shape.hidden {
      let inputs = outputCount
      (node, outputCount) = (node + 1, 0)
      join(inputs, units, reads: .node(node - 1), learnsBelow: true)
    }
  }

  /// A dense layer that writes behind what stands at the node already.
  private mutating func join(_ inputs: Int, _ units: Int, reads place: Place, learnsBelow: Bool) {
    let layer = DenseStage<Scalar>(
      LayerShape(outputs: units, inputs: inputs), isRectified: true,
      givesInputGradient: learnsBelow, key: key.split(steps.count), arithmetic: arithmetic)
    steps.append(Step(layer, reads: place, writes: .node(node, feature: outputCount)))
    outputCount += units
  }
}
