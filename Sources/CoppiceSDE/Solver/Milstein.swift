// Milstein's methods take the term g ∂g/∂y I(1, 1) besides an Euler step. The derivative is a difference
// over √h along g, so that they are tableaux like the others and their gradients need no second
// derivatives.

/// Milstein's method for Itô equations, with a difference in place of the derivative.
///
/// y′ = y + f h + g ΔW + (g(y + g √h) − g(y)) / √h · (ΔW² − h) / 2.
///
/// ## Source
/// Kloeden, Platen 1992, "Numerical Solution of Stochastic Differential Equations", section 11.1, without
/// the drift in the supporting value.
public struct ItoMilstein: TableauMethod {
  /// It is an Itô method.
  public typealias Calculus = Ito
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String { "milstein" }
  /// 1; general noise would need Lévy areas and is forbidden.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .general ? nil : 1 }
  /// The numbers.
  public static let tableau = Tableau(
    stages: [
      Tableau.Stage(time: 0), Tableau.Stage(time: 0, terms: [Tableau.Term(1, .root, ofStage: 0)]),
    ],
    drifts: [1, 0],
    terms: [
      Tableau.Term(1, .increment, ofStage: 0), Tableau.Term(-1, .itoSquare, ofStage: 0),
      Tableau.Term(1, .itoSquare, ofStage: 1),
    ])
}

/// Milstein's method for Stratonovich equations, with a difference in place of the derivative.
///
/// y′ = y + f h + g ΔW + (g(y + g √h) − g(y − g √h)) / (2 √h) · ΔW² / 2. The difference is a symmetric one:
/// ΔW² does not vanish in the mean, so that an error of it of the order √h would cost half an order.
///
/// ## Source
/// As ``ItoMilstein``.
public struct StratonovichMilstein: TableauMethod {
  /// It is a Stratonovich method.
  public typealias Calculus = Stratonovich
  /// The method.
  public init() {}
  /// What it is called.
  public var name: String { "stratonovich-milstein" }
  /// 1; general noise would need Lévy areas and is forbidden.
  public func strongOrder(for noise: NoiseStructure) -> Double? { noise == .general ? nil : 1 }
  /// The numbers.
  public static let tableau = Tableau(
    stages: [
      Tableau.Stage(time: 0), Tableau.Stage(time: 0, terms: [Tableau.Term(1, .root, ofStage: 0)]),
      Tableau.Stage(time: 0, terms: [Tableau.Term(-1, .root, ofStage: 0)]),
    ],
    drifts: [1, 0, 0],
    terms: [
      Tableau.Term(1, .increment, ofStage: 0), Tableau.Term(0.5, .stratonovichSquare, ofStage: 1),
      Tableau.Term(-0.5, .stratonovichSquare, ofStage: 2),
    ])
}
