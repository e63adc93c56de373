public import CoppiceTensors

/// A stochastic differential equation dX = f(t, X) dt + g(t, X) dW: drift f and diffusion g.
///
/// Fields are asked for one panel of 64 samples at one time. What a backward pass needs of an
/// evaluation stays in a *slot* of a tape; a tape belongs to one panel, so that threads can solve
/// different panels, and sums the gradients of the parameters over its slots.
///
/// ## Shapes
/// - `D` numbers of a state, `M` channels of noise
/// - state and drift `[D, 64]`; diffusion `[D, 64]` for diagonal noise, else `[D, M, 64]`
public protocol VectorFields<Scalar, Calculus>: AnyObject {
  /// The number type.
  associatedtype Scalar: NetworkScalar
  /// What the stochastic integral means.
  associatedtype Calculus: StochasticCalculus
  /// What evaluations of one panel leave behind.
  associatedtype Tape: FieldTape<Scalar>

  /// `D`.
  var stateCount: Int { get }
  /// How many numbers of the state, from the first on, the fields read; what lies behind them is integrated
  /// alone and cannot lead a solution astray. `D` unless fields say otherwise.
  var readCount: Int { get }
  /// `M`; equal to `D` for diagonal noise.
  var channelCount: Int { get }
  /// How noise enters.
  var noise: NoiseStructure { get }
  /// Whether ``pullBack(slot:tape:stateGradient:)`` may be asked for.
  var hasGradients: Bool { get }

  /// Room for the evaluations of one panel.
  ///
  /// - Parameters:
  ///   - slotCount: How many evaluations are remembered at once.
  ///   - withGradients: Whether gradients will be asked for.
  /// - Returns: A tape of its own.
  func makeTape(slotCount: Int, withGradients: Bool) -> Tape

  /// How many numbers of a sample an evaluation leaves for the way back; 0 for fields that do not keep them
  /// and are evaluated again.
  var keptCount: Int { get }

  /// Room for as many evaluations of the same panel, for fields that keep them.
  ///
  /// Evaluations are kept apart from those of `tape`. Gradients, and their sums, are the same memory: one
  /// of the tapes is on its way back at a time, and `tape` alone is delivered.
  func makeTape(sharingGradientsOf tape: Tape) -> Tape

  /// Evaluates drift and diffusion.
  ///
  /// - Parameters:
  ///   - time: t.
  ///   - state: X, `[D, 64]`.
  ///   - panel: Which panel of the batch it is, for fields that know more of the samples.
  ///   - slot: Which slot of the tape is overwritten; results are in its ``FieldTape/drift(slot:)`` and
  ///     ``FieldTape/diffusion(slot:)``.
  ///   - tape: Where results and what the backward pass needs are left.
  func evaluate(
    time: Double, state: UnsafePointer<Scalar>, panel: Int, slot: Int, tape: Tape)

  /// Carries the gradients of one evaluation's results back to its state.
  ///
  /// Expects them in ``FieldTape/driftGradient(slot:)`` and ``FieldTape/diffusionGradient(slot:)``, and
  /// may overwrite them. The parameters get theirs when the slots are summed.
  ///
  /// - Parameters:
  ///   - slot: Which slot; evaluated before.
  ///   - tape: A tape with gradients.
  ///   - stateGradient: Receives ∂ loss / ∂ X, `[D, 64]`.
  func pullBack(slot: Int, tape: Tape, stateGradient: UnsafeMutablePointer<Scalar>)

  /// Takes what the parameters would get of `slot`, which was pulled back, out again.
  func clearGradients(slot: Int, tape: Tape)

  /// Adds the parameters' gradients of slots `0..<count` to the sums of the tape.
  ///
  /// Every one of them was pulled back since it was evaluated.
  func sumGradients(slots count: Int, tape: Tape)

  /// Adds up what the tapes have summed, in their order, and hands it to whoever moves the parameters.
  ///
  /// The tapes' sums are 0 afterwards.
  func deliverGradients(of tapes: [Tape])
}

extension VectorFields {
  /// All of the state.
  public var readCount: Int { stateCount }

  /// None: the way back evaluates again.
  public var keptCount: Int { 0 }

  /// Nobody asks fields that keep nothing.
  public func makeTape(sharingGradientsOf tape: Tape) -> Tape {
    preconditionFailure("fields that keep evaluations have tapes that share gradients")
  }

  /// How a diffusion multiplies noise.
  var noiseProduct: NoiseProduct {
    NoiseProduct(
      isDiagonal: noise == .diagonal, stateCount: stateCount, channelCount: channelCount)
  }
}

/// What evaluations of fields leave behind for one panel.
public protocol FieldTape<Scalar>: AnyObject {
  /// The number type.
  associatedtype Scalar: NetworkScalar
  /// How many evaluations are remembered at once.
  var slotCount: Int { get }
  /// f of the evaluation in `slot`.
  func drift(slot: Int) -> UnsafePointer<Scalar>
  /// g of the evaluation in `slot`.
  func diffusion(slot: Int) -> UnsafePointer<Scalar>
  /// Where ∂ loss / ∂ f goes.
  func driftGradient(slot: Int) -> UnsafeMutablePointer<Scalar>
  /// Where ∂ loss / ∂ g goes.
  func diffusionGradient(slot: Int) -> UnsafeMutablePointer<Scalar>
}
