public import CoppiceTensors

/// A solver whose equation and method are chosen when the program runs.
public protocol BatchSolver<Scalar>: AnyObject {
  /// The number type.
  associatedtype Scalar: NetworkScalar
  /// Where the solver stops.
  var grid: StepGrid { get }
  /// The solution at each wanted time.
  var states: [Panels<Scalar>] { get }
  /// ∂ loss / ∂ ``states``, which the caller fills before ``pullBack()``.
  var stateGradients: [Panels<Scalar>] { get }
  /// ∂ loss / ∂ the initial states.
  var initialGradient: Panels<Scalar> { get }
  /// ∂ loss / ∂ the increment of each step of the grid, where wanted.
  var incrementGradients: [Panels<Scalar>] { get }
  /// What drives each panel.
  var paths: [any DrivingPath<Scalar>] { get }
  /// What is wrong with the last solution, if anything.
  var warning: String? { get }
  /// Solves from `initial` at the first time.
  func solve(from initial: Panels<Scalar>)
  /// Carries ``stateGradients`` back.
  func pullBack()
}

extension SDESolver: BatchSolver {}

extension SDEMethod {
  /// A solver of `fields` by this method; for methods that are chosen when the program runs.
  ///
  /// - Throws: As the initialiser of ``SDESolver``.
  public func solver<Fields: VectorFields>(
    of fields: Fields, grid: StepGrid, sampleCount: Int,
    paths: [any DrivingPath<Fields.Scalar>], adjoint: Adjoint?,
    wantsIncrementGradients: Bool = false, pool: WorkerPool
  ) throws(UserError) -> any BatchSolver<Fields.Scalar> where Fields.Calculus == Calculus {
    try SDESolver(
      fields, method: self, grid: grid, sampleCount: sampleCount, paths: paths, adjoint: adjoint,
      wantsIncrementGradients: wantsIncrementGradients, pool: pool)
  }
}
