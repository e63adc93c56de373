public import CoppiceTensors

/// Fields that are written down, one sample at a time.
///
/// ```swift
/// // geometric Brownian motion
/// let fields = ClosureFields<Double, Stratonovich>(
///   stateCount: 1, channelCount: 1, noise: .diagonal,
///   drift: { _, x, f in f[0] = 0.1 * x[0] },
///   diffusion: { _, x, g in g[0] = 0.3 * x[0] })
/// ```
///
/// - Complexity: A call for each sample; gradients by derivatives that are given, if they are.
public final class ClosureFields<Scalar: NetworkScalar, Calculus: StochasticCalculus>: VectorFields
{
  /// Writes a field at time t and state x into the buffer, row-major.
  public typealias Field = (
    _ time: Double, _ state: UnsafeMutableBufferPointer<Scalar>,
    _ value: UnsafeMutableBufferPointer<Scalar>
  ) -> Void

  /// `D`.
  public let stateCount: Int
  /// `M`.
  public let channelCount: Int
  /// How noise enters.
  public let noise: NoiseStructure

  private let drift: Field
  private let diffusion: Field
  private let slopes: (drift: Field, diffusion: Field)?

  /// Fields from closures.
  ///
  /// - Parameters:
  ///   - stateCount: `D`.
  ///   - channelCount: `M`.
  ///   - noise: How noise enters; `M` = `D` where it is diagonal, 1 where it is scalar.
  ///   - drift: Writes `[D]`.
  ///   - diffusion: Writes `[D]` for diagonal noise, else `[D, M]`.
  ///   - slopes: Their derivatives by the state, `[count, D]` each; without them there are no gradients.
  public init(
    stateCount: Int, channelCount: Int, noise: NoiseStructure, drift: @escaping Field,
    diffusion: @escaping Field, slopes: (drift: Field, diffusion: Field)? = nil
  ) {
    precondition(stateCount > 0 && channelCount > 0, "fields of nothing")
    precondition(noise != .diagonal || channelCount == stateCount, "diagonal noise has D channels")
    precondition(noise != .scalar || channelCount == 1, "scalar noise has one channel")
    self.stateCount = stateCount
    self.channelCount = channelCount
    self.noise = noise
    self.drift = drift
    self.diffusion = diffusion
    self.slopes = slopes
  }

  /// Whether derivatives were given.
  public var hasGradients: Bool { slopes != nil }

  private var diffusionCount: Int {
    noise == .diagonal ? stateCount : stateCount * channelCount
  }

  /// What an evaluation leaves behind.
  public final class Tape: FieldTape {
    /// How many evaluations are remembered at once.
    public let slotCount: Int
    fileprivate var times: [Double]
    fileprivate let states: Panels<Scalar>
    fileprivate let drifts: Panels<Scalar>
    fileprivate let diffusions: Panels<Scalar>
    fileprivate let driftGradients: Panels<Scalar>
    fileprivate let diffusionGradients: Panels<Scalar>
    fileprivate let state: AlignedBuffer<Scalar>
    fileprivate let value: AlignedBuffer<Scalar>

    fileprivate init(slotCount: Int, stateCount: Int, diffusionCount: Int) {
      self.slotCount = slotCount
      times = Array(repeating: 0, count: slotCount)
      func room(_ count: Int) -> Panels<Scalar> {
        Panels(featureCount: count, sampleCount: slotCount * panelWidth)
      }
      states = room(stateCount)
      drifts = room(stateCount)
      diffusions = room(diffusionCount)
      driftGradients = room(stateCount)
      diffusionGradients = room(diffusionCount)
      state = AlignedBuffer(count: stateCount)
      value = AlignedBuffer(count: max(stateCount, diffusionCount) * stateCount)
    }

    /// f of the evaluation in `slot`.
    public func drift(slot: Int) -> UnsafePointer<Scalar> { UnsafePointer(drifts.panel(slot)) }
    /// g of the evaluation in `slot`.
    public func diffusion(slot: Int) -> UnsafePointer<Scalar> {
      UnsafePointer(diffusions.panel(slot))
    }
    /// Where ∂ loss / ∂ f goes.
    public func driftGradient(slot: Int) -> UnsafeMutablePointer<Scalar> {
      driftGradients.panel(slot)
    }
    /// Where ∂ loss / ∂ g goes.
    public func diffusionGradient(slot: Int) -> UnsafeMutablePointer<Scalar> {
      diffusionGradients.panel(slot)
    }
  }

  /// Room for the evaluations of one panel.
  public func makeTape(slotCount: Int, withGradients: Bool) -> Tape {
    Tape(slotCount: slotCount, stateCount: stateCount, diffusionCount: diffusionCount)
  }

  /// Evaluates drift and diffusion.
  public func evaluate(
    time: Double, state: UnsafePointer<Scalar>, panel: Int, slot: Int, tape: Tape
  ) {
    tape.times[slot] = time
    tape.states.panel(slot).update(from: state, count: stateCount * panelWidth)
    for lane in 0..<panelWidth {
      load(lane, slot, tape)
      write(drift, stateCount, time, lane, tape, into: tape.drifts.panel(slot))
      write(diffusion, diffusionCount, time, lane, tape, into: tape.diffusions.panel(slot))
    }
  }

  /// Carries the gradients of one evaluation's results back to its state.
  public func pullBack(slot: Int, tape: Tape, stateGradient: UnsafeMutablePointer<Scalar>) {
    guard let slopes else { preconditionFailure("these closures came without derivatives") }
    stateGradient.zero(count: stateCount * panelWidth)
    for lane in 0..<panelWidth {
      load(lane, slot, tape)
      for (slope, count, gradient) in [
        (slopes.drift, stateCount, tape.driftGradients.panel(slot)),
        (slopes.diffusion, diffusionCount, tape.diffusionGradients.panel(slot)),
      ] {
        slope(
          tape.times[slot], tape.state.elements,
          UnsafeMutableBufferPointer(start: tape.value.pointer, count: count * stateCount))
        for row in 0..<count {
          for column in 0..<stateCount {
            stateGradient[column * panelWidth + lane] +=
              gradient[row * panelWidth + lane] * tape.value.pointer[row * stateCount + column]
          }
        }
      }
    }
  }

  /// There are no parameters.
  public func clearGradients(slot: Int, tape: Tape) {}

  /// There are no parameters.
  public func sumGradients(slots count: Int, tape: Tape) {}

  /// There are no parameters.
  public func deliverGradients(of tapes: [Tape]) {}

  private func load(_ lane: Int, _ slot: Int, _ tape: Tape) {
    let panel = tape.states.panel(slot)
    for index in 0..<stateCount { tape.state.pointer[index] = panel[index * panelWidth + lane] }
  }

  private func write(
    _ field: Field, _ count: Int, _ time: Double, _ lane: Int, _ tape: Tape,
    into panel: UnsafeMutablePointer<Scalar>
  ) {
    field(
      time, tape.state.elements,
      UnsafeMutableBufferPointer(start: tape.value.pointer, count: count))
    for index in 0..<count { panel[index * panelWidth + lane] = tape.value.pointer[index] }
  }
}
