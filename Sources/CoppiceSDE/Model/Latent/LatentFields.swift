public import CoppiceNetworks
public import CoppiceTensors

/// The equation that a latent path follows once observations are known, with what this costs.
///
/// The posterior is dZ = f(t, Z, c(t)) dt + g(t, Z) ∘ dW with a context c(t), the prior
/// dZ = h(t, Z) dt + g(t, Z) ∘ dW. With the control u = (f − h) / g, the divergence of the two laws of paths
/// with one beginning is KL = E ½ ∫ |u|² dt (Girsanov; the ½ belongs there). It is one more number of the
/// state: its drift is ½ |u|², its diffusion 0, and nobody reads it.
///
/// ## Which calculus
/// Stratonovich's, for which reversible Heun is made. Girsanov's theorem speaks of Itô's drifts; these are
/// f + s and h + s with the same s, ½ g ∂g/∂z for a diagonal g, since prior and posterior share g. It cancels
/// in f − h: u, and with it the divergence, is the same in both calculi.
///
/// ## Shapes
/// - `D` numbers of Z, `K` numbers of a context; the state is `[D + 1]`, the divergence last
/// - noise has `D + 1` channels, the last of which is multiplied by 0
///
/// ## Source
/// Li, Wong, Chen, Duvenaud 2020, "Scalable Gradients for Stochastic Differential Equations", section 5,
/// equation 10; Kidger, Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for Neural SDEs",
/// section 2.
public final class LatentFields<Scalar: NetworkScalar>: VectorFields {
  /// See above.
  public typealias Calculus = Stratonovich

  /// f: `[D + K + 1]` to `[D]`; reads state, context and time.
  public let posterior: MLP<Scalar>
  /// h: `[D + 1]` to `[D]`.
  public let prior: MLP<Scalar>
  /// g.
  public let diffusion: BoundedDiffusion<Scalar>
  /// What both drift networks' outputs are multiplied by.
  public let driftScale: Double
  /// Networks see times as shares of it: 0 where it begins, 1 where it ends.
  public let span: ClosedRange<Double>
  /// c.
  public let track: ContextTrack<Scalar>

  /// Fields of networks that are at hand.
  ///
  /// - Precondition: The sizes fit, and networks give gradients for the state and for the context.
  public init(
    posterior: MLP<Scalar>, prior: MLP<Scalar>, diffusion: BoundedDiffusion<Scalar>,
    driftScale: Double = 1, span: ClosedRange<Double> = 0...1, track: ContextTrack<Scalar>
  ) {
    let count = prior.outputCount
    precondition(
      prior.inputCount == count + 1 && diffusion.networks.count == count
        && posterior.outputCount == count
        && posterior.inputCount == count + track.contextCount + 1,
      "networks of one state of \(count) numbers")
    self.posterior = posterior
    self.prior = prior
    self.diffusion = diffusion
    self.driftScale = driftScale
    self.span = span
    self.track = track
  }

  /// `D`.
  public var latentCount: Int { prior.outputCount }
  /// `D + 1`.
  public var stateCount: Int { latentCount + 1 }
  /// `D`: nobody reads the divergence.
  public var readCount: Int { latentCount }
  /// `D + 1`.
  public var channelCount: Int { latentCount + 1 }
  /// Each number has a channel of its own.
  public var noise: NoiseStructure { .diagonal }
  /// Gradients are always there.
  public var hasGradients: Bool { true }

  /// What evaluations leave behind.
  public final class Tape: FieldTape {
    /// How many evaluations are remembered at once.
    public let slotCount: Int
    fileprivate let posteriorInputs: Panels<Scalar>
    fileprivate let priorInputs: Panels<Scalar>
    fileprivate let posterior: SlotNetwork<Scalar>
    fileprivate let prior: SlotNetwork<Scalar>
    fileprivate let bounded: BoundedDiffusionTape<Scalar>
    fileprivate let drifts: Panels<Scalar>
    fileprivate let diffusions: Panels<Scalar>
    fileprivate let controls: Panels<Scalar>
    fileprivate let driftGradients: Panels<Scalar>
    fileprivate let diffusionGradients: Panels<Scalar>
    /// Where the context of each slot lies in the track.
    fileprivate var places: [Int]

    fileprivate init(_ fields: LatentFields<Scalar>, slotCount: Int, withGradients: Bool) {
      self.slotCount = slotCount
      func room(_ features: Int, isWanted: Bool = true) -> Panels<Scalar> {
        Panels(featureCount: features, sampleCount: isWanted ? slotCount * panelWidth : 0)
      }
      posteriorInputs = room(fields.posterior.inputCount)
      priorInputs = room(fields.prior.inputCount)
      posterior = SlotNetwork(
        fields.posterior, inputs: posteriorInputs, withGradients: withGradients)
      prior = SlotNetwork(fields.prior, inputs: priorInputs, withGradients: withGradients)
      bounded = BoundedDiffusionTape(
        fields.diffusion, slotCount: slotCount, withGradients: withGradients)
      drifts = room(fields.stateCount)
      diffusions = room(fields.stateCount)
      controls = room(fields.latentCount)
      driftGradients = room(fields.stateCount, isWanted: withGradients)
      diffusionGradients = room(fields.stateCount, isWanted: withGradients)
      places = Array(repeating: 0, count: slotCount)
    }

    /// f, and ½ |u|².
    public func drift(slot: Int) -> UnsafePointer<Scalar> { UnsafePointer(drifts.panel(slot)) }
    /// g, and 0.
    public func diffusion(slot: Int) -> UnsafePointer<Scalar> {
      UnsafePointer(diffusions.panel(slot))
    }
    /// Where ∂ loss / ∂ drift goes.
    public func driftGradient(slot: Int) -> UnsafeMutablePointer<Scalar> {
      driftGradients.panel(slot)
    }
    /// Where ∂ loss / ∂ diffusion goes.
    public func diffusionGradient(slot: Int) -> UnsafeMutablePointer<Scalar> {
      diffusionGradients.panel(slot)
    }
  }

  /// Room for the evaluations of one panel.
  public func makeTape(slotCount: Int, withGradients: Bool) -> Tape {
    Tape(self, slotCount: slotCount, withGradients: withGradients)
  }

  /// Evaluates both drifts and the diffusion.
  public func evaluate(
    time: Double, state: UnsafePointer<Scalar>, panel: Int, slot: Int, tape: Tape
  ) {
    let count = latentCount * panelWidth
    let place = track.place(at: time, panel: panel)
    let share = span.share(of: time)
    tape.places[slot] = place
    let inputs = tape.posteriorInputs.panel(slot)
    inputs.update(from: state, count: count)
    (inputs + count).update(
      from: track.contexts.panel(place), count: track.contextCount * panelWidth)
    tape.posteriorInputs.panel(slot, feature: latentCount + track.contextCount).update(
      repeating: Scalar(share), count: panelWidth)
    tape.priorInputs.write(state: state, time: share, slot: slot)
    tape.posterior.forward(slot)
    tape.prior.forward(slot)
    tape.bounded.evaluate(
      time: share, state: state, slot: slot, into: tape.diffusions.panel(slot))
    writeControls(
      count, scale: Scalar(driftScale), f: tape.posterior.output(slot),
      h: tape.prior.output(slot), g: UnsafePointer(tape.diffusions.panel(slot)),
      u: tape.controls.panel(slot), drift: tape.drifts.panel(slot))
  }

  /// Carries the gradients of one evaluation's results back to its state.
  public func pullBack(slot: Int, tape: Tape, stateGradient: UnsafeMutablePointer<Scalar>) {
    let count = latentCount * panelWidth
    let toDiffusion = tape.diffusionGradients.panel(slot)
    openControls(
      count, scale: Scalar(driftScale), drift: UnsafePointer(tape.driftGradients.panel(slot)),
      g: UnsafePointer(tape.diffusions.panel(slot)), u: UnsafePointer(tape.controls.panel(slot)),
      toPosterior: tape.posterior.outputGradient(slot), toPrior: tape.prior.outputGradient(slot),
      toDiffusion: toDiffusion)
    stateGradient.update(from: tape.posterior.backward(slot), count: count)
    accumulate(count, 1, tape.prior.backward(slot), into: stateGradient)
    tape.bounded.pullBack(slot: slot, gradient: UnsafePointer(toDiffusion), into: stateGradient)
    (stateGradient + count).zero(count: panelWidth)
  }

  /// Takes what parameters and contexts would get of `slot` out again.
  public func clearGradients(slot: Int, tape: Tape) {
    tape.posterior.clearGradients(slot..<(slot + 1))
    tape.prior.clearGradients(slot..<(slot + 1))
    tape.bounded.clearGradients(slot: slot)
    contextGradient(slot, tape).zero(count: track.contextCount * panelWidth)
  }

  /// Adds the parameters' gradients of the first slots to the sums of the tape, and those of the contexts to
  /// the track.
  public func sumGradients(slots count: Int, tape: Tape) {
    tape.posterior.sumGradients(slots: count)
    tape.prior.sumGradients(slots: count)
    tape.bounded.sumGradients(slots: count)
    for slot in 0..<count {
      accumulate(
        track.contextCount * panelWidth, 1, contextGradient(slot, tape),
        into: track.gradients.panel(tape.places[slot]))
    }
  }

  private func contextGradient(_ slot: Int, _ tape: Tape) -> UnsafeMutablePointer<Scalar> {
    tape.posterior.inputGradient(slot) + latentCount * panelWidth
  }

  /// Adds up what the tapes have summed, into the gradients that optimisers read.
  public func deliverGradients(of tapes: [Tape]) {
    posterior.zeroGradients()
    prior.zeroGradients()
    for network in diffusion.networks { network.zeroGradients() }
    for tape in tapes {
      tape.posterior.deliverGradients()
      tape.prior.deliverGradients()
      tape.bounded.deliverGradients()
    }
  }
}

extension ClosedRange<Double> {
  /// 0 where the range begins, 1 where it ends.
  func share(of time: Double) -> Double { (time - lowerBound) / (upperBound - lowerBound) }
}

/// u = (f − h) / g; the drift is f, and behind it ½ |u|².
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func writeControls<Scalar: NetworkScalar>(
  _ count: Int, scale: Scalar, f: UnsafePointer<Scalar>, h: UnsafePointer<Scalar>,
  g: UnsafePointer<Scalar>, u: UnsafeMutablePointer<Scalar>, drift: UnsafeMutablePointer<Scalar>
) {
  let cost = drift + count
  for lane in 0..<panelWidth { cost[lane] = 0 }
  for row in stride(from: 0, to: count, by: panelWidth) {
    for lane in 0..<panelWidth {
      let element = row + lane
      drift[element] = scale * f[element]
      u[element] = scale * (f[element] - h[element]) / g[element]
      cost[lane] += u[element] * u[element] / 2
    }
  }
}

/// From the gradients of drift, ½ |u|² behind it, and g: those of both networks' outputs, and of all of g.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func openControls<Scalar: NetworkScalar>(
  _ count: Int, scale: Scalar, drift: UnsafePointer<Scalar>, g: UnsafePointer<Scalar>,
  u: UnsafePointer<Scalar>, toPosterior: UnsafeMutablePointer<Scalar>,
  toPrior: UnsafeMutablePointer<Scalar>, toDiffusion: UnsafeMutablePointer<Scalar>
) {
  let cost = drift + count
  for row in stride(from: 0, to: count, by: panelWidth) {
    for lane in 0..<panelWidth {
      let element = row + lane
      let pull = cost[lane] * u[element] / g[element]
      toPosterior[element] = scale * (drift[element] + pull)
      toPrior[element] = -scale * pull
      toDiffusion[element] -= pull * u[element]
    }
  }
}
