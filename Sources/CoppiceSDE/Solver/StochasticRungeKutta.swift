// Rößler's strong methods of order 1.5, for noise that is additive or diagonal.

/// The strong method SRA1 for Itô equations with additive noise.
///
/// ## Source
/// Rößler 2010, "Runge–Kutta Methods for the Strong Approximation of Solutions of Stochastic
/// Differential Equations", section 6.3, table of SRA1.
public struct AdditiveRungeKutta: TableauMethod {
  /// It is an Itô method.
  public typealias Calculus = Ito
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String { "sra1" }
  /// 1.5; only additive noise is allowed.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .additive ? 1.5 : nil }
  /// The numbers; stage 2 has the diffusion at the end of the step, whose state does not matter.
  public static let tableau = Tableau(
    stages: [
      Tableau.Stage(time: 0),
      Tableau.Stage(time: 1),
      Tableau.Stage(
        time: 0.75, drifts: [0.75], terms: [Tableau.Term(1.5, .timeIntegral, ofStage: 1)]),
    ],
    drifts: [1.0 / 3, 0, 2.0 / 3],
    terms: [
      // g at the end, and g(t) − g(t + h) times the integral over time
      Tableau.Term(1, .increment, ofStage: 1), Tableau.Term(1, .timeIntegral, ofStage: 0),
      Tableau.Term(-1, .timeIntegral, ofStage: 1),
    ])
}

/// The strong method SRI1W1 for Itô equations with diagonal or scalar noise.
///
/// ## Source
/// Rößler 2010, "Runge–Kutta Methods for the Strong Approximation of Solutions of Stochastic
/// Differential Equations", section 6.1, table of SRI1W1.
public struct DiagonalRungeKutta: TableauMethod {
  /// It is an Itô method.
  public typealias Calculus = Ito
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String { "sri1w1" }
  /// 1.5; general noise is forbidden.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .general ? nil : 1.5 }
  /// The numbers: stages 0, 2 are those of the drift, 0, 1, 3, 4 those of the diffusion.
  public static let tableau = Tableau(
    stages: [
      Tableau.Stage(time: 0),
      // H¹(2): ¼ f h + ½ g √h
      Tableau.Stage(
        time: 0.25, drifts: [0.25], terms: [Tableau.Term(0.5, .root, ofStage: 0)]),
      // H⁰(2): ¾ f h + 3/2 g I(1, 0) / h
      Tableau.Stage(
        time: 0.75, drifts: [0.75], terms: [Tableau.Term(1.5, .timeIntegral, ofStage: 0)]),
      // H¹(3): f h − g √h
      Tableau.Stage(time: 1, drifts: [1], terms: [Tableau.Term(-1, .root, ofStage: 0)]),
      // H¹(4): ¼ f(H⁰(3)) h + √h (−5 g(1) + 3 g(2) + ½ g(3)); H⁰(3) is the beginning
      Tableau.Stage(
        time: 0.25, drifts: [0.25],
        terms: [
          Tableau.Term(-5, .root, ofStage: 0), Tableau.Term(3, .root, ofStage: 1),
          Tableau.Term(0.5, .root, ofStage: 3),
        ]),
    ],
    drifts: [1.0 / 3, 0, 2.0 / 3, 0, 0],
    terms: [
      Tableau.Term(-1, .increment, ofStage: 0), Tableau.Term(4.0 / 3, .increment, ofStage: 1),
      Tableau.Term(2.0 / 3, .increment, ofStage: 3),
      Tableau.Term(-1, .itoSquare, ofStage: 0), Tableau.Term(4.0 / 3, .itoSquare, ofStage: 1),
      Tableau.Term(-1.0 / 3, .itoSquare, ofStage: 3),
      Tableau.Term(2, .timeIntegral, ofStage: 0), Tableau.Term(-4.0 / 3, .timeIntegral, ofStage: 1),
      Tableau.Term(-2.0 / 3, .timeIntegral, ofStage: 3),
      Tableau.Term(-2, .itoCube, ofStage: 0), Tableau.Term(5.0 / 3, .itoCube, ofStage: 1),
      Tableau.Term(-2.0 / 3, .itoCube, ofStage: 3), Tableau.Term(1, .itoCube, ofStage: 4),
    ])
}
