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
}
