public import CoppiceTensors

/// A way to step through a stochastic differential equation.
///
/// A method is a small value; what it remembers of a solution is in a ``PanelIntegrator``. Its
/// ``Calculus`` is a type, so that an Itô equation does not compile with a Stratonovich method.
public protocol SDEMethod<Calculus>: Sendable {
  /// What integrals mean to it.
  associatedtype Calculus: StochasticCalculus

  /// What it is called.
  var name: String { get }

  /// Whether it asks its driving path for space-time Lévy areas.
  var needsArea: Bool { get }

  /// Whether it pulls the fields back in every step, and not only for gradients. False unless a method says otherwise.
  var needsDerivatives: Bool { get }

  /// Which noise it may be used for, and its strong order there; nothing for those that it forbids.
  func strongOrder(for noise: NoiseStructure) -> Double?

  /// Which ways back it offers.
  var adjoints: [Adjoint] { get }

  /// What it knows of the error of a step, for steps that adapt; nothing unless a method says otherwise.
  func errorEstimate(for noise: NoiseStructure) -> ErrorEstimate

  /// What steps through one panel.
  ///
  /// - Parameters:
  ///   - fields: The equation.
  ///   - panel: Which panel of the batch.
  ///   - adjoint: How gradients will be found; nothing where none are wanted.
  ///   - stepCount: The most steps of a solution.
  ///   - keptBytes: The most memory for what evaluations left, until the way back.
  /// - Returns: It, with all the memory that it will need.
  func makeIntegrator<Fields: VectorFields>(
    for fields: Fields, panel: Int, adjoint: Adjoint?, stepCount: Int, keptBytes: Int
  ) -> any PanelIntegrator<Fields.Scalar> where Fields.Calculus == Calculus
}

extension SDEMethod {
  /// Values are enough.
  public var needsDerivatives: Bool { false }

  /// Nothing is known of a step's error.
  public func errorEstimate(for noise: NoiseStructure) -> ErrorEstimate {
    .absent(because: "its steps come without a second result to compare them with")
  }
}

/// What a method knows of the error of one step.
public enum ErrorEstimate: Sendable, Hashable {
  /// An estimate that falls with this power of the step's length.
  case ofOrder(Double)
  /// None, and why.
  case absent(because: String)
}

/// How the gradients of a solution are found.
public enum Adjoint: String, Sendable, Codable, CaseIterable {
  /// The solver's own steps are undone algebraically, and their exact gradients found on the way: memory
  /// does not grow with the number of steps. For reversible methods.
  case reversible
  /// What the fields' evaluations left is remembered; or, where fields do not keep it or it would be more
  /// than 2 GiB, the states of all steps, and each step is computed again on the way back. Exact gradients,
  /// memory grows with the steps.
  case backpropagation
  /// The adjoint equation is solved backwards by the same method: memory does not grow, but the gradients
  /// are those of the equation and not of the solver's steps, so they are off by the order of the method.
  case continuous
}

extension PanelIntegrator {
  /// Nobody asks a method without an estimate.
  public func writeError(
    from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    into error: UnsafeMutablePointer<Scalar>
  ) {
    preconditionFailure("an error estimate was promised and is not written")
  }
}

/// What a method remembers of the solution of one panel of samples, and how it steps.
///
/// ## Shapes
/// - `D` numbers of a state, `M` channels: states `[D, 64]`, increments and areas `[M, 64]`
public protocol PanelIntegrator<Scalar>: AnyObject {
  /// The number type.
  associatedtype Scalar: NetworkScalar

  /// The state at the time that was reached.
  var state: UnsafeMutablePointer<Scalar> { get }

  /// ∂ loss / ∂ state while going back; whoever wants a state adds its gradient when it is reached.
  var stateGradient: UnsafeMutablePointer<Scalar> { get }

  /// How far apart two copies of the solution are, for methods that carry two; else 0.
  ///
  /// - Parameter lanes: How many samples there are.
  /// - Returns: The largest difference of any of their numbers that the fields read.
  func gap(lanes: Int) -> Double

  /// Begins at `time` with `initial`.
  func start(at time: Double, from initial: UnsafePointer<Scalar>)

  /// Takes step `index`.
  func step(
    _ index: Int, from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>?)

  /// Writes an estimate of the error of the step that was just taken, `[D, 64]`, and of the same increment.
  ///
  /// Asked only of methods with an ``SDEMethod/errorEstimate(for:)``.
  func writeError(
    from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    into error: UnsafeMutablePointer<Scalar>)

  /// How many numbers a solution is resumed from: the state and whatever else a method carries.
  var carriedCount: Int { get }

  /// Writes the ``carriedCount`` numbers that a solution is resumed from; those of the state come first.
  func writeCarried(into memory: UnsafeMutablePointer<Scalar>)

  /// Goes on at `time` with step `index` from what ``writeCarried(into:)`` wrote there, to the same bits.
  func resume(at time: Double, step index: Int, from memory: UnsafePointer<Scalar>)

  /// Begins to go back from the state that was reached, at `time`.
  func startBack(at time: Double)

  /// Undoes step `index`, with the increment that it was taken with.
  ///
  /// ∂ loss / ∂ increment is added to `driverGradient`, `[M, 64]`, where wanted.
  func stepBack(
    _ index: Int, from start: Double, to end: Double, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>?, driverGradient: UnsafeMutablePointer<Scalar>?)

  /// Ends at the beginning.
  ///
  /// - Parameters:
  ///   - time: When the solution began.
  ///   - initialGradient: Receives ∂ loss / ∂ initial state, `[D, 64]`.
  func finishBack(at time: Double, initialGradient: UnsafeMutablePointer<Scalar>)

  /// What hands the sums of the panels' integrators to the fields, in the order of the panels, whenever it
  /// is called; for the parameters' gradients.
  static func delivery(of integrators: [any PanelIntegrator<Scalar>]) -> () -> Void
}
