import CoppiceNetworks
import CoppiceTensors

/// The equation that a latent path follows where nothing is observed: dZ = h(t, Z) dt + g(t, Z) ∘ dW.
final class LatentPriorFields: VectorFields {
  typealias Scalar = Float
  typealias Calculus = Stratonovich

  private let drift: MLP<Float>
  private let diffusion: BoundedDiffusion<Float>
  private let driftScale: Double
  private let span: ClosedRange<Double>

  init(
    drift: MLP<Float>, diffusion: BoundedDiffusion<Float>, driftScale: Double,
    span: ClosedRange<Double>
  ) {
    self.drift = drift
    self.diffusion = diffusion
    self.driftScale = driftScale
    self.span = span
  }

  var stateCount: Int { drift.outputCount }
  var channelCount: Int { drift.outputCount }
  var noise: NoiseStructure { .diagonal }
  /// The prior learns as part of ``LatentFields``.
  var hasGradients: Bool { false }

  final class Tape: FieldTape {
    typealias Scalar = Float
    let slotCount: Int
    fileprivate let inputs: Panels<Float>
    fileprivate let drift: SlotNetwork<Float>
    fileprivate let bounded: BoundedDiffusionTape<Float>
    fileprivate let drifts: Panels<Float>
    fileprivate let diffusions: Panels<Float>

    fileprivate init(_ fields: LatentPriorFields, slotCount: Int) {
      self.slotCount = slotCount
      func room(_ features: Int) -> Panels<Float> {
        Panels(featureCount: features, sampleCount: slotCount * panelWidth)
      }
      inputs = room(fields.drift.inputCount)
      drift = SlotNetwork(fields.drift, inputs: inputs, withGradients: false)
      bounded = BoundedDiffusionTape(
        fields.diffusion, slotCount: slotCount, withGradients: false)
      drifts = room(fields.stateCount)
      diffusions = room(fields.stateCount)
    }

    func drift(slot: Int) -> UnsafePointer<Float> { UnsafePointer(drifts.panel(slot)) }
    func diffusion(slot: Int) -> UnsafePointer<Float> { UnsafePointer(diffusions.panel(slot)) }
    func driftGradient(slot: Int) -> UnsafeMutablePointer<Float> { refuse() }
    func diffusionGradient(slot: Int) -> UnsafeMutablePointer<Float> { refuse() }
  }

  func makeTape(slotCount: Int, withGradients: Bool) -> Tape { Tape(self, slotCount: slotCount) }

  func evaluate(
    time: Double, state: UnsafePointer<Float>, panel: Int, slot: Int, tape: Tape
  ) {
    let share = span.share(of: time)
    tape.inputs.write(state: state, time: share, slot: slot)
    tape.drift.forward(slot)
    assign(
      stateCount * panelWidth, Float(driftScale), tape.drift.output(slot),
      to: tape.drifts.panel(slot))
    tape.bounded.evaluate(
      time: share, state: state, slot: slot, into: tape.diffusions.panel(slot))
  }

  func pullBack(slot: Int, tape: Tape, stateGradient: UnsafeMutablePointer<Float>) { refuse() }
  func clearGradients(slot: Int, tape: Tape) { refuse() }
  func sumGradients(slots count: Int, tape: Tape) { refuse() }
  func deliverGradients(of tapes: [Tape]) { refuse() }
}

private func refuse() -> Never { preconditionFailure("these fields have no gradients") }
