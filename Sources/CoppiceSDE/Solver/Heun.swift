/// An Euler step, and then the mean of the fields at its two ends.
///
/// ## Source
/// Rümelin 1982, "Numerical treatment of stochastic differential equations".
public struct Heun: TableauMethod {
  /// It is a Stratonovich method.
  public typealias Calculus = Stratonovich
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String { "heun" }
  /// One half for general noise, else 1.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .general ? 0.5 : 1 }
  /// The numbers.
  public static let tableau = Tableau(
    stages: [
      Tableau.Stage(time: 0),
      Tableau.Stage(time: 1, drifts: [1], terms: [Tableau.Term(1, .increment, ofStage: 0)]),
    ],
    drifts: [0.5, 0.5],
    terms: [
      Tableau.Term(0.5, .increment, ofStage: 0), Tableau.Term(0.5, .increment, ofStage: 1),
    ])
  /// Less Euler's step.
  public static let difference: Tableau.Difference? = Tableau.Difference(
    drifts: [-0.5, 0.5],
    terms: [
      Tableau.Term(-0.5, .increment, ofStage: 0), Tableau.Term(0.5, .increment, ofStage: 1),
    ])
}
