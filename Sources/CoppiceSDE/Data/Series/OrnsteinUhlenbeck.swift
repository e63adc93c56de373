public import CoppiceRandom
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process that is pulled to 0 while a force that grows with time drives it away:
/// dY = (ρ t − κ Y) dt + χ(t) dW.
///
/// The noise does not depend on Y, so Itô's and Stratonovich's readings agree. Paths begin at time 0, uniform
/// in [−1, 1), and are drawn exactly: from one time to the next Y is normal, with a mean and a variance that
/// are known.
///
/// ## Source
/// The Ornstein–Uhlenbeck data of Kidger, Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for Neural
/// SDEs", arXiv 2105.13493, with ρ = 0.02, κ = 0.1, χ = 0.4. The SDE-GAN example of torchsde has the same drift and
/// a diffusion that grows from 0, 0.4 · 2t/64: another problem, which is the form ``Diffusion/ramp``.
/// **Differences**: the example walks in Euler steps of 0.1; here nothing is left of a step.
public struct OrnsteinUhlenbeck: SeriesGenerator, Equatable {
  /// How strong the noise is at time t, of a strength σ.
  public enum Diffusion: String, Codable, Sendable, CaseIterable {
    /// σ at all times.
    case constant
    /// σ · 2t/64.
    case ramp
  }

  /// ρ: how fast the force grows, in one over time squared.
  public var slope = 0.02
  /// κ: how fast a deviation decays, in one over time.
  public var reversion = 0.1
  /// σ: how strong the noise is.
  public var strength = 0.4
  /// How the noise changes with time.
  public var diffusion = Diffusion.constant
  /// When the paths are observed; not before 0.
  public var times = evenTimes(from: 0, to: 63, count: 64)

  /// The process with a noise of that form, at the times 0, 1, …, 63.
  public init(_ diffusion: Diffusion = .constant) { self.diffusion = diffusion }

  /// Paths with one channel.
  ///
  /// - Throws: `UserError` of kind `configuration` when a time lies before 0 or a parameter makes no sense.
  /// - Complexity: one normal number a value.
  public func paths(count: Int, key: RandomKey) throws(UserError) -> PathSet {
    guard let first = times.first, first >= 0 else {
      throw UserError(
        .configuration, found: times.first.map { "times from \($0) on" } ?? "no times",
        expected: "times from 0 on", action: "change the times")
    }
    guard strength >= 0, (slope + reversion + strength).isFinite else {
      throw UserError(
        .configuration,
        found: "slope \(slope), reversion \(reversion) and strength \(strength)",
        expected: "finite numbers and a strength of at least 0", action: "change them")
    }
    let steps = zip([0] + times, times).map { (from, to) in
      (
        decay: exp(-reversion * (to - from)), pushed: pushed(from: from, to: to),
        deviation: spread(from: from, to: to).squareRoot()
      )
    }
    return try fill(
      count: count, times: times, channelNames: PathSet.names(channelCount: 1), key: key
    ) { (_, random, path) in
      var value = random.nextUniform(-1, 1)
      for (index, step) in steps.enumerated() {
        value = step.decay * value + step.pushed + step.deviation * random.nextNormal()
        path[index] = value
      }
    }
  }

  /// E Y at `time`, which is ρ (t/κ − (1 − e^(−κt))/κ²).
  public func mean(at time: Double) -> Double { pushed(from: 0, to: time) }

  /// Var Y at `time`: e^(−2κt)/3 from the beginning, and what the noise adds.
  public func variance(at time: Double) -> Double {
    exp(-2 * reversion * time) / 3 + spread(from: 0, to: time)
  }

  /// ρ ∫ u e^(−κ(to − u)) du.
  private func pushed(from: Double, to: Double) -> Double {
    let length = to - from
    return slope
      * (to * exponentialMoment(0, rate: reversion, length: length)
        - exponentialMoment(1, rate: reversion, length: length))
  }

  /// ∫ χ(u)² e^(−2κ(to − u)) du.
  private func spread(from: Double, to: Double) -> Double {
    let (length, rate) = (to - from, 2 * reversion)
    let zeroth = exponentialMoment(0, rate: rate, length: length)
    switch diffusion {
    case .constant: return strength * strength * zeroth
    case .ramp:
      let growth = 2 * strength / 64
      // u = to − v
      let squares =
        to * to * zeroth - 2 * to * exponentialMoment(1, rate: rate, length: length)
        + exponentialMoment(2, rate: rate, length: length)
      return growth * growth * max(0, squares)
    }
  }
}
