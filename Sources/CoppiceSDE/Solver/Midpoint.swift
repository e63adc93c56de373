/// Half an Euler step, and then a whole one with the fields that are found there.
///
/// ## Source
/// Kloeden, Platen 1992, "Numerical Solution of Stochastic Differential Equations".
public struct Midpoint: TableauMethod {
  /// It is a Stratonovich method.
  public typealias Calculus = Stratonovich
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String { "midpoint" }
  /// One half for general noise, else 1.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .general ? 0.5 : 1 }
  /// The numbers.
  public static let tableau = Tableau(
    stages: [
      Tableau.Stage(time: 0),
      Tableau.Stage(time: 0.5, drifts: [0.5], terms: [Tableau.Term(0.5, .increment, ofStage: 0)]),
    ],
    drifts: [0, 1], terms: [Tableau.Term(1, .increment, ofStage: 1)])
  /// Less Euler's step.
  public static let difference: Tableau.Difference? = Tableau.Difference(
    drifts: [-1, 1],
    terms: [
      Tableau.Term(-1, .increment, ofStage: 0), Tableau.Term(1, .increment, ofStage: 1),
    ])
}
