/// What a stochastic integral means.
///
/// Equations and solvers carry it as a type, so that one does not compile with the other's.
public protocol StochasticCalculus: Sendable {
  /// The word for it.
  static var name: String { get }
}

/// Integrals that take the diffusion at the beginning of each step.
public enum Ito: StochasticCalculus {
  /// The word for it.
  public static let name = "Itô"
}

/// Integrals that take the diffusion in the middle of each step; they obey the ordinary chain rule.
public enum Stratonovich: StochasticCalculus {
  /// The word for it.
  public static let name = "Stratonovich"
}
