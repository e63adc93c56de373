/// How noise enters a state of `D` numbers.
///
/// Some solvers are exact to a higher order, or allowed at all, only for some structures.
public enum NoiseStructure: String, Sendable, Codable, CaseIterable {
  /// A channel for each number, which multiplies a diffusion `[D]` that depends on that number alone.
  case diagonal
  /// One channel for all numbers; diffusion `[D, 1]`.
  case scalar
  /// A diffusion `[D, M]` that depends on time but not on the state: Itô and Stratonovich integrals agree.
  case additive
  /// Any diffusion `[D, M]`.
  case general
}
