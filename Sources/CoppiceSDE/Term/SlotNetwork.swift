import CoppiceNetworks
import CoppiceTensors

/// A network that is asked at one time after another for one panel, with a slot for each evaluation.
///
/// Its inputs are a state and behind it the time, `[D + 1]`, which several networks may share.
final class SlotNetwork<Scalar: NetworkScalar> {
  let network: MLP<Scalar>
  private let inputs: Panels<Scalar>
  private let trace: MLPTrace<Scalar>
  private let sum: MLPGradient<Scalar>?
  private let pulled: Panels<Scalar>

  init(_ network: MLP<Scalar>, inputs: Panels<Scalar>, withGradients: Bool) {
    self.network = network
    self.inputs = inputs
    let samples = inputs.panelCount * panelWidth
    trace = MLPTrace(for: network, sampleCount: samples, withGradients: withGradients)
    sum = withGradients ? MLPGradient(for: network) : nil
    pulled = Panels(
      featureCount: withGradients ? network.inputCount - 1 : 0, sampleCount: samples)
  }

  /// One with evaluations of its own, whose gradients and sums are those of another.
  init(inputs: Panels<Scalar>, sharingGradientsOf other: SlotNetwork<Scalar>) {
    network = other.network
    self.inputs = inputs
    trace = MLPTrace(for: other.network, sharingGradientsOf: other.trace)
    sum = other.sum
    pulled = other.pulled
  }

  func output(_ slot: Int) -> UnsafePointer<Scalar> { UnsafePointer(trace.output.panel(slot)) }

  func outputGradient(_ slot: Int) -> UnsafeMutablePointer<Scalar> {
    trace.outputGradient.panel(slot)
  }

  func forward(_ slot: Int) {
    network.forward(panels: slot..<(slot + 1), input: inputs.run, trace: trace)
  }

  /// ∂ loss / ∂ state of the evaluation in `slot`.
  func backward(_ slot: Int) -> UnsafePointer<Scalar> {
    network.backward(panels: slot..<(slot + 1), trace: trace, inputGradient: pulled)
    return UnsafePointer(inputGradient(slot))
  }

  /// What ``backward(_:)`` found for `slot`.
  func inputGradient(_ slot: Int) -> UnsafeMutablePointer<Scalar> { pulled.panel(slot) }

  /// Takes what the parameters would get of `slots` out again.
  func clearGradients(_ slots: Range<Int>) { trace.clearGradients(panels: slots) }

  /// Adds the parameters' gradients of the first `count` slots to the sum.
  func sumGradients(slots count: Int) {
    clearGradients(count..<inputs.panelCount)
    sum?.add(network, input: inputs.run, trace: trace)
  }

  /// Adds the sum to the gradients that optimisers read, and begins a new one.
  func deliverGradients() {
    sum?.deliver(to: network)
    sum?.zero()
  }
}

extension Panels where Scalar: NetworkScalar {
  /// Writes a state and behind it the time.
  func write(state: UnsafePointer<Scalar>, time: Double, slot: Int) {
    let count = (featureCount - 1) * panelWidth
    panel(slot).update(from: state, count: count)
    panel(slot, feature: featureCount - 1).update(repeating: Scalar(time), count: panelWidth)
  }
}
