/// y′ = y + f h + g ΔW: one evaluation a step.
///
/// ## Source
/// Maruyama 1955, "Continuous Markov processes and stochastic equations".
public struct EulerMaruyama: TableauMethod {
  /// It is an Itô method.
  public typealias Calculus = Ito
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String { "euler-maruyama" }
  /// 1 for additive noise, else one half.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .additive ? 1 : 0.5 }
  /// The numbers.
  public static let tableau = Tableau(
    stages: [Tableau.Stage(time: 0)], drifts: [1],
    terms: [Tableau.Term(1, .increment, ofStage: 0)])
  /// Heun's step less its own, for noise that is additive.
  public static let difference: Tableau.Difference? = Tableau.Difference(
    drifts: [-0.5], terms: [Tableau.Term(-0.5, .increment, ofStage: 0)], end: 0.5)

  /// For additive noise alone.
  ///
  /// Whether a step is short is decided by its increment, and an increment that is chosen by its size has no mean
  /// of 0. Itô's integrals, of which Euler's method has no more than the increment, then go astray, however small the
  /// tolerance: it converges to another equation.
  ///
  /// ## Source
  /// Gaines, Lyons 1997, "Variable step size control in the numerical solution of stochastic differential
  /// equations".
  public func errorEstimate(for noise: NoiseStructure) -> ErrorEstimate {
    noise == .additive
      ? .ofOrder(1.5)
      : .absent(
        because: "steps that are chosen by their increments lead it to another equation, "
          + "unless the noise is additive")
  }
}
