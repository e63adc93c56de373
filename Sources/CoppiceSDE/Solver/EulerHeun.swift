/// An Euler step for the drift, Heun's for the diffusion.
///
/// ## Source
/// Kloeden, Platen 1992, "Numerical Solution of Stochastic Differential Equations".
public struct EulerHeun: TableauMethod {
  /// It is a Stratonovich method.
  public typealias Calculus = Stratonovich
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String { "euler-heun" }
  /// One half for general noise, else 1.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .general ? 0.5 : 1 }
  /// The numbers.
  public static let tableau = Tableau(
    stages: [
      Tableau.Stage(time: 0),
      Tableau.Stage(time: 1, terms: [Tableau.Term(1, .increment, ofStage: 0)]),
    ],
    drifts: [1, 0],
    terms: [
      Tableau.Term(0.5, .increment, ofStage: 0), Tableau.Term(0.5, .increment, ofStage: 1),
    ])
  /// Heun's step less Euler's, so that the drift is looked at as well.
  public static let difference: Tableau.Difference? = Tableau.Difference(
    drifts: [-0.5, 0.5],
    terms: [
      Tableau.Term(-0.5, .increment, ofStage: 0), Tableau.Term(0.5, .increment, ofStage: 1),
    ])
}
