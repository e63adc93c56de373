public import CoppiceTensors

/// What a forward pass through a ``FeedForwardNetwork`` leaves behind for the backward pass.
///
/// Made once and used for every update; passes allocate nothing.
public final class FeedForwardTrace<Scalar: NetworkScalar>: NetworkTrace {
  /// How many panels the batch has.
  public let panelCount: Int
  /// What stands at each node: rectified where its writers rectify.
  public let outputs: [Panels<Scalar>]
  /// ∂ loss / ∂ what stands at each node before a rectifier; empty without gradients.
  public let gradients: [Panels<Scalar>]

  /// For each stage.
  let scratch: [StageScratch<Scalar>]

  /// A trace for batches of up to `sampleCount` samples.
  ///
  /// - Parameters:
  ///   - network: The network that will write it, in its final storage.
  ///   - sampleCount: The most samples of a batch.
  ///   - withGradients: Whether a backward pass will follow.
  public init(
    for network: FeedForwardNetwork<Scalar>, sampleCount: Int, withGradients: Bool = true
  ) {
    let panelCount = panelCountFor(samples: sampleCount)
    self.panelCount = panelCount
    let places = {
      network.nodes.map {
        Panels<Scalar>(featureCount: $0.featureCount, sampleCount: sampleCount)
      }
    }
    outputs = places()
    gradients = withGradients ? places() : []
    scratch = network.steps.map {
      $0.stage.makeScratch(panelCount: panelCount, for: withGradients ? .learning : .evaluation)
    }
  }

  /// The outputs of the network.
  public var output: Panels<Scalar> { outputs[outputs.count - 1] }

  /// Where ∂ loss / ∂ output goes before a backward pass.
  public var outputGradient: Panels<Scalar> { gradients[gradients.count - 1] }

  /// Where a stage reads.
  func read(
    _ place: FeedForwardNetwork<Scalar>.Place, _ input: PanelRun<Scalar>
  ) -> PanelRun<Scalar> {
    guard case .input(let feature) = place else { return run(of: place, in: outputs).run }
    return PanelRun(
      start: input.start + feature * panelWidth, stride: input.stride, count: input.count)
  }

  /// A node of `places`, from the feature of `place` on.
  func run(
    of place: FeedForwardNetwork<Scalar>.Place, in places: [Panels<Scalar>]
  ) -> MutablePanelRun<Scalar> {
    guard case .node(let index, let feature) = place else {
      preconditionFailure("the inputs are not the network's to write")
    }
    let node = places[index]
    return MutablePanelRun(
      start: node.panel(0, feature: feature), stride: node.stride, count: node.panelCount)
  }
}
