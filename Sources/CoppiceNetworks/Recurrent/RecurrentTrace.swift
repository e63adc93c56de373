public import CoppiceTensors

/// What a forward pass through a ``RecurrentNetwork`` leaves behind for the backward pass.
///
/// Made once and used for every update; passes allocate nothing.
public final class RecurrentTrace<Scalar: NetworkScalar>: NetworkTrace {
  /// Of the encoder.
  public let encoder: FeedForwardTrace<Scalar>
  /// Of what is remembered, with the states before the first steps.
  public let unit: GatedTrace<Scalar>
  /// Of the heads.
  public let head: FeedForwardTrace<Scalar>

  /// A trace for batches of up to `sequenceCount` sequences of `stepCount` steps.
  ///
  /// - Parameters:
  ///   - network: The network that will write it, in its final storage.
  ///   - sequenceCount: The most sequences of a batch.
  ///   - stepCount: Steps of each; at least 1.
  ///   - withGradients: Whether a backward pass will follow.
  public init(
    for network: RecurrentNetwork<Scalar>, sequenceCount: Int, stepCount: Int,
    withGradients: Bool = true
  ) {
    unit = GatedTrace(
      for: network.unit, sequenceCount: sequenceCount, stepCount: stepCount,
      withGradients: withGradients)
    let samples = unit.panelCount * panelWidth
    encoder = FeedForwardTrace(
      for: network.encoder, sampleCount: samples, withGradients: withGradients)
    head = FeedForwardTrace(for: network.head, sampleCount: samples, withGradients: withGradients)
  }

  /// Steps of a sequence.
  public var stepCount: Int { unit.stepCount }
  /// How many panels the batch has, over all steps.
  public var panelCount: Int { unit.panelCount }
  /// The outputs of the network.
  public var output: Panels<Scalar> { head.output }
  /// Where ∂ loss / ∂ output goes before a backward pass.
  public var outputGradient: Panels<Scalar> { head.outputGradient }
}
