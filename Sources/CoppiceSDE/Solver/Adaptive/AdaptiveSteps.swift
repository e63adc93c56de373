import CoppiceTensors

/// How accurate the steps of a solution are to be, where their lengths follow the error that a method estimates.
///
/// An estimate e is measured in units of what is tolerated, absolute + relative · max(|y|, |y′|) for each number of
/// the state: the root of the mean square over the numbers, and the largest of that over the samples of a panel. At
/// most 1 is accepted. The next step is as long as the last, times 0.9 · e^(−0.4 / p) · e₋^(0.1 / p) between 0.2 and
/// 5, where e₋ is the measure of the step before and p the power that the estimate falls with; after a rejection by
/// 0.9 · e^(−1 / p), at least 0.2.
///
/// ```swift
/// let solver = try SDESolver(
///   fields, method: ReversibleHeun(), times: [0, 1], step: 1, sampleCount: 64, paths: paths,
///   mostSteps: 4096)
/// try solver.solve(from: initial, adapting: AdaptiveSteps(relative: 1e-3, absolute: 1e-6))
/// ```
///
/// ## Source
/// Söderlind 2003, "Digital filters in adaptive time-stepping", for the proportional and integral control; its
/// numbers, gentle because errors of noise jump, are our choice. That ends of rejected steps are stopped at all the
/// same is the condition of Foster, Jelinčič 2024, "On the convergence of adaptive approximations for stochastic
/// differential equations", under which steps that were chosen after looking at the noise converge for noise of any
/// structure.
public struct AdaptiveSteps: Codable, Sendable, Equatable {
  /// What is tolerated of the size of the state; not negative.
  public var relative: Double
  /// What is tolerated whatever the size of the state, in its unit; not negative.
  public var absolute: Double
  /// How long the first step is tried with; a hundredth of the whole time without.
  public var first: Double?
  /// How long steps are at least: one that is no longer and still not accurate enough is an error.
  ///
  /// Steps to a wanted time may be shorter.
  public var smallest = 0.0
  /// How long steps are at most; without, as long as the error allows.
  public var largest: Double?

  /// Steps within these tolerances.
  public init(relative: Double = 1e-3, absolute: Double = 1e-6) {
    (self.relative, self.absolute) = (relative, absolute)
  }

  func check() throws(UserError) {
    guard relative >= 0, absolute >= 0, relative + absolute > 0, (relative + absolute).isFinite
    else {
      throw UserError(
        .configuration, found: "tolerances of \(relative) and \(absolute)",
        expected: "finite numbers, none negative and not both 0", action: "change them")
    }
    let largest = largest ?? .infinity
    guard smallest >= 0, largest > 0, smallest <= largest, first.map({ $0 > 0 }) ?? true else {
      throw UserError(
        .configuration,
        found: "steps from \(smallest) to \(largest), the first of \(first ?? smallest)",
        expected: "positive lengths, the smallest not above the largest", action: "change them")
    }
  }
}
