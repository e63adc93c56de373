import CoppiceTensors

/// Milstein's method with the derivative itself, for diagonal noise.
///
/// y′ = y + f h + g ΔW + g ∂g/∂y S / 2, with S = ΔW² − h after Itô and ΔW² after Stratonovich. Since the diffusion of
/// each number depends on that number alone, g ∂g/∂y S / 2 is what the fields pull a gradient g S / 2 of their
/// diffusion back to: one evaluation and one pull-back a step, where ``ItoMilstein`` and ``StratonovichMilstein``
/// take differences at two and three evaluations. A solution only: gradients of it would need second derivatives.
///
/// **When not to use it.** A diffusion that depends on other numbers as well is not diagonal, whatever its fields say:
/// the networks of ``NeuralFields`` see the whole state, so that only those of one number are.
///
/// ## Source
/// Milstein 1975, "Approximate integration of stochastic differential equations"; the derivative by a vector-Jacobian
/// product as in Li, Wong, Chen, Duvenaud 2020, "Scalable Gradients for Stochastic Differential Equations".
public struct DerivativeMilstein<Calculus: StochasticCalculus>: SDEMethod {
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String {
    isIto ? "derivative-milstein" : "stratonovich-derivative-milstein"
  }
  /// Increments are enough.
  public var needsArea: Bool { false }
  /// The fields are pulled back in every step.
  public var needsDerivatives: Bool { true }
  /// 1; other noise than diagonal is forbidden.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .diagonal ? 1 : nil }
  /// None.
  public var adjoints: [Adjoint] { [] }

  private var isIto: Bool { Calculus.self == Ito.self }

  /// What steps through one panel.
  public func makeIntegrator<Fields: VectorFields>(
    for fields: Fields, panel: Int, adjoint: Adjoint?, stepCount: Int, keptBytes: Int
  ) -> any PanelIntegrator<Fields.Scalar> where Fields.Calculus == Calculus {
    DerivativeMilsteinIntegrator(fields: fields, panel: panel, isIto: isIto)
  }
}

/// The state of a solution of one panel by Milstein's method with derivatives.
private final class DerivativeMilsteinIntegrator<Fields: VectorFields>: PanelIntegrator {
  typealias Scalar = Fields.Scalar

  private let fields: Fields
  private let panel: Int
  private let isIto: Bool
  private let count: Int
  private let tape: Fields.Tape
  private let y: AlignedBuffer<Scalar>
  private let pulled: AlignedBuffer<Scalar>

  init(fields: Fields, panel: Int, isIto: Bool) {
    (self.fields, self.panel, self.isIto) = (fields, panel, isIto)
    count = fields.stateCount * panelWidth
    tape = fields.makeTape(slotCount: 1, withGradients: true)
    y = AlignedBuffer(count: count)
    pulled = AlignedBuffer(count: count)
  }

  var state: UnsafeMutablePointer<Scalar> { y.pointer }
  var stateGradient: UnsafeMutablePointer<Scalar> { noWayBack() }
  func gap(lanes: Int) -> Double { 0 }

  func start(at time: Double, from initial: UnsafePointer<Scalar>) {
    y.pointer.update(from: initial, count: count)
  }

  func step(
    _ index: Int, from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>?
  ) {
    let h = Scalar(end - start)
    fields.evaluate(
      time: start, state: UnsafePointer(y.pointer), panel: panel, slot: 0, tape: tape)
    accumulate(count, h, tape.drift(slot: 0), into: y.pointer)
    tape.driftGradient(slot: 0).zero(count: count)
    spread(
      count, g: tape.diffusion(slot: 0), w: increment, less: isIto ? h : 0, onto: y.pointer,
      gradient: tape.diffusionGradient(slot: 0))
    fields.pullBack(slot: 0, tape: tape, stateGradient: pulled.pointer)
    accumulate(count, 1, pulled.pointer, into: y.pointer)
  }

  var carriedCount: Int { count }

  func writeCarried(into memory: UnsafeMutablePointer<Scalar>) {
    memory.update(from: y.pointer, count: count)
  }

  func resume(at time: Double, step index: Int, from memory: UnsafePointer<Scalar>) {
    start(at: time, from: memory)
  }

  func startBack(at time: Double) { noWayBack() }

  func stepBack(
    _ index: Int, from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>?, driverGradient: UnsafeMutablePointer<Scalar>?
  ) { noWayBack() }

  func finishBack(at time: Double, initialGradient: UnsafeMutablePointer<Scalar>) { noWayBack() }

  static func delivery(of integrators: [any PanelIntegrator<Scalar>]) -> () -> Void { {} }

  private func noWayBack() -> Never {
    preconditionFailure("a solver was made with an adjoint that its method does not offer")
  }
}

/// y ← y + g w, and gradient ← g (w² − `less`) / 2.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func spread<Scalar: NetworkScalar>(
  _ count: Int, g: UnsafePointer<Scalar>, w: UnsafePointer<Scalar>, less: Scalar,
  onto y: UnsafeMutablePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>
) {
  for element in 0..<count {
    let (slope, noise) = (g[element], w[element])
    y[element] += slope * noise
    gradient[element] = slope * (noise * noise - less) / 2
  }
}
