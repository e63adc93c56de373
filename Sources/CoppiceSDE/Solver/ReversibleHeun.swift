import CoppiceTensors

/// The reversible Heun method: one evaluation a step, and steps that can be undone exactly.
///
/// Beside the solution y it carries a second one, z, at which alone the fields are evaluated:
///
/// - z′ = 2 y − z + f(t, z) h + g(t, z) ΔW,
/// - y′ = y + ½ (f(t, z) + f(t′, z′)) h + ½ (g(t, z) + g(t′, z′)) ΔW.
///
/// The same formulas with −h and −ΔW lead back from (y′, z′) to (y, z), so the way back reconstructs the
/// solution and finds the exact gradient of the steps that were taken, in memory that does not grow with
/// their number.
///
/// **When not to use it.** On y′ = λ y a step has the eigenvalues λh ± √((λh)² + 1). For λ < 0 one of them
/// is larger than 1 in magnitude and changes sign at every step, whatever h is: y and z part by a factor
/// of about exp(|λ| t), and smaller steps only make it begin smaller. Fields that are bounded, as those
/// that end in tanh, and spans of a few time constants are fine; strongly contracting equations want
/// ``Heun`` or ``Midpoint``. ``SDESolver/gap`` tells how far y and z are apart.
///
/// ## Source
/// Kidger, Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for Neural SDEs", algorithms 1 and 2.
///
/// ## Differences
/// The way back evaluates the fields once for each step: what was evaluated to reconstruct z is what the
/// next step's gradient goes through. Backpropagation keeps what evaluations left, where it can.
public struct ReversibleHeun: SDEMethod {
  /// It is a Stratonovich method.
  public typealias Calculus = Stratonovich

  /// The method.
  public init() {}

  /// What it is called.
  public var name: String { "reversible-heun" }
  /// Increments are enough.
  public var needsArea: Bool { false }
  /// Half for general noise, else 1.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .general ? 0.5 : 1 }
  /// It can be undone, and remembered.
  public var adjoints: [Adjoint] { [.reversible, .backpropagation] }

  /// Half the difference of the fields at both ends, times the step: what it differs from Euler's step by.
  public func errorEstimate(for noise: NoiseStructure) -> ErrorEstimate {
    .ofOrder(noise == .additive ? 1.5 : 1)
  }

  /// What steps through one panel.
  public func makeIntegrator<Fields: VectorFields>(
    for fields: Fields, panel: Int, adjoint: Adjoint?, stepCount: Int, keptBytes: Int
  ) -> any PanelIntegrator<Fields.Scalar> where Fields.Calculus == Stratonovich {
    ReversibleHeunIntegrator(
      fields: fields, panel: panel, adjoint: adjoint, stepCount: stepCount, keptBytes: keptBytes)
  }
}

/// The state of a reversible Heun solution of one panel.
final class ReversibleHeunIntegrator<Fields: VectorFields>: PanelIntegrator {
  typealias Scalar = Fields.Scalar

  private let fields: Fields
  private let panel: Int
  private let count: Int
  private let product: NoiseProduct
  private let forwardTape: Fields.Tape
  private var cursor: SlotCursor<Fields>?
  /// What all evaluations left, where it is remembered; y is in no gradient.
  private let history: EvaluationHistory<Fields>?
  /// Where the last evaluation is.
  private var tape: Fields.Tape
  private var slot = 0
  /// Which evaluation of the solution it is, and which was the first one that was pulled back.
  private var evaluation = 0
  private var lastEvaluation = 0

  // the solution, its copy, the drift at the copy, and products of the diffusion with noise
  private let y: AlignedBuffer<Scalar>
  private let z: AlignedBuffer<Scalar>
  private let driftCopy: AlignedBuffer<Scalar>
  /// The drift where the last step began.
  private var drift: UnsafePointer<Scalar>
  private let before: AlignedBuffer<Scalar>
  private let after: AlignedBuffer<Scalar>

  // adjoints of y and z, of the drift, and as an outer product that of the diffusion
  private let yGradient: AlignedBuffer<Scalar>
  private let zGradient: AlignedBuffer<Scalar>
  private let driftGradient: AlignedBuffer<Scalar>
  private let diffusionGradient: AlignedBuffer<Scalar>
  private let lastIncrement: AlignedBuffer<Scalar>
  private let half: AlignedBuffer<Scalar>
  private let pulled: AlignedBuffer<Scalar>

  /// The z of every step, where these are remembered instead.
  private let copies: AlignedBuffer<Scalar>?

  init(fields: Fields, panel: Int, adjoint: Adjoint?, stepCount: Int, keptBytes: Int) {
    self.fields = fields
    self.panel = panel
    product = fields.noiseProduct
    let count = fields.stateCount * panelWidth
    self.count = count
    func room(_ count: Int) -> AlignedBuffer<Scalar> { AlignedBuffer(count: count) }
    y = room(count)
    z = room(count)
    driftCopy = room(count)
    drift = UnsafePointer(driftCopy.pointer)
    before = room(count)
    after = room(count)
    yGradient = room(count)
    let back = adjoint == nil ? 0 : count
    zGradient = room(back)
    driftGradient = room(back)
    diffusionGradient = room(back)
    half = room(back)
    pulled = room(back)
    lastIncrement = room(adjoint == nil ? 0 : fields.channelCount * panelWidth)
    let backTape = adjoint.map { _ in
      fields.makeTape(
        slotCount: SlotCursor.slotCount(for: fields, evaluations: stepCount + 1),
        withGradients: true)
    }
    cursor = backTape.map { SlotCursor(fields: fields, tape: $0) }
    history =
      adjoint == .backpropagation
      ? backTape.flatMap {
        EvaluationHistory(
          of: fields, first: $0, unitCount: stepCount + 1, mostBytes: keptBytes)
      } : nil
    copies = adjoint == .backpropagation && history == nil ? room(stepCount * count) : nil
    let kept = history?.place(of: 0).tape
    forwardTape = kept ?? fields.makeTape(slotCount: 1, withGradients: false)
    tape = forwardTape
  }

  var state: UnsafeMutablePointer<Scalar> { y.pointer }
  var stateGradient: UnsafeMutablePointer<Scalar> { yGradient.pointer }

  func gap(lanes: Int) -> Double {
    largestDifference(y.pointer, z.pointer, fields.readCount * panelWidth, lanes: lanes)
  }

  func start(at time: Double, from initial: UnsafePointer<Scalar>) {
    y.pointer.update(from: initial, count: count)
    z.pointer.update(from: initial, count: count)
    evaluate(0, at: time)
  }

  /// Evaluates the fields at z, for the beginning of step `index`.
  private func evaluate(_ index: Int, at time: Double) {
    (tape, slot) = history?.place(of: index) ?? (forwardTape, 0)
    evaluation = index
    evaluateInPlace(at: time)
  }

  private func evaluateInPlace(at time: Double) {
    fields.evaluate(
      time: time, state: UnsafePointer(z.pointer), panel: panel, slot: slot, tape: tape)
  }

  func step(
    _ index: Int, from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>?
  ) {
    if let copies { (copies.pointer + index * count).update(from: z.pointer, count: count) }
    let h = Scalar(end - start)
    drift = tape.drift(slot: slot)
    if history == nil {
      // the next evaluation overwrites it
      driftCopy.pointer.update(from: drift, count: count)
      drift = UnsafePointer(driftCopy.pointer)
    }
    product.product(tape.diffusion(slot: slot), increment, to: before.pointer)
    reflect(count, z: z.pointer, through: y.pointer, h: h, f: drift, s: 1, p: before.pointer)
    evaluate(index + 1, at: end)
    product.product(tape.diffusion(slot: slot), increment, to: after.pointer)
    advance(
      count, y: y.pointer, h: h, f: drift, newF: tape.drift(slot: slot), s: 1, p: before.pointer,
      newP: after.pointer)
  }

  func writeError(
    from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    into error: UnsafeMutablePointer<Scalar>
  ) {
    let h = Scalar(end - start)
    assign(count, h / 2, tape.drift(slot: slot), to: error)
    accumulate(count, -h / 2, drift, into: error)
    accumulate(count, 0.5, after.pointer, into: error)
    accumulate(count, -0.5, before.pointer, into: error)
  }

  var carriedCount: Int { 2 * count }

  func writeCarried(into memory: UnsafeMutablePointer<Scalar>) {
    memory.update(from: y.pointer, count: count)
    (memory + count).update(from: z.pointer, count: count)
  }

  func resume(at time: Double, step index: Int, from memory: UnsafePointer<Scalar>) {
    y.pointer.update(from: memory, count: count)
    z.pointer.update(from: memory + count, count: count)
    evaluate(index, at: time)
  }

  // MARK: Back

  func startBack(at time: Double) {
    yGradient.zero()
    zGradient.zero()
    driftGradient.zero()
    diffusionGradient.zero()
    lastIncrement.zero()
    lastEvaluation = evaluation
    // the last evaluation is still there where it is remembered
    if history == nil { evaluateBack(at: time) }
  }

  private func evaluateBack(at time: Double) {
    guard let next = cursor?.next(), let backTape = cursor?.tape else {
      preconditionFailure("the solver was made without an adjoint")
    }
    (tape, slot) = (backTape, next)
    evaluateInPlace(at: time)
  }

  /// Pulls the last evaluation's gradients back to z.
  private func pullBack() {
    fields.pullBack(slot: slot, tape: tape, stateGradient: pulled.pointer)
    history?.sumGradients(after: evaluation, last: lastEvaluation)
  }

  func stepBack(
    _ index: Int, from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>?, driverGradient: UnsafeMutablePointer<Scalar>?
  ) {
    let h = Scalar(end - start)
    if history == nil && copies == nil {
      driftCopy.pointer.update(from: tape.drift(slot: slot), count: count)
      product.product(tape.diffusion(slot: slot), increment, to: after.pointer)
    }
    if let driverGradient {
      product.addTransposed(0.5, tape.diffusion(slot: slot), yGradient.pointer, to: driverGradient)
    }

    // gradients of the fields at the end of the step, and what they are to z
    halve(
      count, yGradient.pointer, h: h, driftGradient.pointer, to: half.pointer,
      and: tape.driftGradient(slot: slot))
    product.outer(
      half.pointer, increment, diffusionGradient.pointer, lastIncrement.pointer,
      to: tape.diffusionGradient(slot: slot))
    pullBack()

    // Z = ∂/∂z, and from it the adjoints at the beginning of the step
    carryBack(
      count, h: h, half: half.pointer, z: zGradient.pointer, pulled: pulled.pointer,
      diffusion: diffusionGradient.pointer, drift: driftGradient.pointer, y: yGradient.pointer)
    lastIncrement.pointer.update(from: increment, count: lastIncrement.count)

    // the solution at the beginning of the step, or as much of it as gradients need
    evaluation = index
    if let history {
      (tape, slot) = history.place(of: index)
    } else if let copies {
      z.pointer.update(from: copies.pointer + index * count, count: count)
      evaluateBack(at: start)
    } else {
      reflect(
        count, z: z.pointer, through: y.pointer, h: -h, f: driftCopy.pointer, s: -1,
        p: after.pointer)
      evaluateBack(at: start)
      product.product(tape.diffusion(slot: slot), increment, to: before.pointer)
      advance(
        count, y: y.pointer, h: -h, f: driftCopy.pointer, newF: tape.drift(slot: slot), s: -1,
        p: after.pointer, newP: before.pointer)
    }
    if let driverGradient {
      // ½ of the adjoint of y at the end, and Z
      product.addTransposed(
        1, tape.diffusion(slot: slot), diffusionGradient.pointer, to: driverGradient)
    }
  }

  func finishBack(at time: Double, initialGradient: UnsafeMutablePointer<Scalar>) {
    tape.driftGradient(slot: slot).update(from: driftGradient.pointer, count: count)
    half.zero()
    product.outer(
      half.pointer, lastIncrement.pointer, diffusionGradient.pointer, lastIncrement.pointer,
      to: tape.diffusionGradient(slot: slot))
    pullBack()
    initialGradient.update(from: yGradient.pointer, count: count)
    accumulate(count, 1, zGradient.pointer, into: initialGradient)
    accumulate(count, 1, pulled.pointer, into: initialGradient)
    cursor?.flush()
  }

  static func delivery(of integrators: [any PanelIntegrator<Scalar>]) -> () -> Void {
    let own = integrators.compactMap { $0 as? ReversibleHeunIntegrator<Fields> }
    let tapes = own.compactMap { $0.cursor?.tape }
    guard let fields = own.first?.fields else { return {} }
    return { fields.deliverGradients(of: tapes) }
  }
}

/// half ← y / 2; toDrift ← drift + h y / 2.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func halve<Scalar: NetworkScalar>(
  _ count: Int, _ y: UnsafePointer<Scalar>, h: Scalar, _ drift: UnsafePointer<Scalar>,
  to half: UnsafeMutablePointer<Scalar>, and toDrift: UnsafeMutablePointer<Scalar>
) {
  for element in 0..<count {
    half[element] = 0.5 * y[element]
    toDrift[element] = drift[element] + h * half[element]
  }
}

/// The adjoints at the beginning of a step from those at its end and Z = pulled + z: y + 2 Z, −Z, that of
/// the drift, and that of the diffusion for each unit of noise.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func carryBack<Scalar: NetworkScalar>(
  _ count: Int, h: Scalar, half: UnsafePointer<Scalar>, z: UnsafeMutablePointer<Scalar>,
  pulled: UnsafePointer<Scalar>, diffusion: UnsafeMutablePointer<Scalar>,
  drift: UnsafeMutablePointer<Scalar>, y: UnsafeMutablePointer<Scalar>
) {
  for element in 0..<count {
    let whole = pulled[element] + z[element]
    let both = half[element] + whole
    diffusion[element] = both
    drift[element] = h * both
    z[element] = -whole
    y[element] += 2 * whole
  }
}

/// The largest |a − b| of the first lanes.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func largestDifference<Scalar: NetworkScalar>(
  _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ count: Int, lanes: Int
) -> Double {
  // a maximum for each lane, for one alone would wait for the one before
  withUnsafeTemporaryAllocation(of: Scalar.self, capacity: panelWidth) { largest in
    largest.initialize(repeating: 0)
    for row in stride(from: 0, to: count, by: panelWidth) {
      for lane in 0..<panelWidth {
        largest[lane] = max(largest[lane], abs(a[row + lane] - b[row + lane]))
      }
    }
    return largest.prefix(lanes).reduce(0) { max($0, Double($1)) }
  }
}
