/// A Runge–Kutta method for stochastic equations, as numbers.
///
/// With stages z(s) at the times t + c(s) h, drift f(s) = f(t + c(s) h, z(s)) and diffusion g(s) likewise:
///
/// - z(s) = y + Σ a(s, j) f(j) h + Σ b(s, j, n) g(j) N(n),
/// - y′ = y + Σ α(s) f(s) h + Σ β(s, n) g(s) N(n),
///
/// where N(n) are columns of noise made of the step's increment and area.
public struct Tableau: Sendable {
  /// What a diffusion is multiplied by, for each channel.
  public enum Noise: Sendable, Hashable, CaseIterable {
    /// ΔW.
    case increment
    /// I(1, 0) / h = ΔW / 2 + H.
    case timeIntegral
    /// I(1, 1) / √h = (ΔW² − h) / (2 √h), of Itô's calculus.
    case itoSquare
    /// I(1, 1, 1) / h = (ΔW³ − 3 h ΔW) / (6 h), of Itô's calculus.
    case itoCube
    /// ΔW² / (2 √h), of Stratonovich's calculus.
    case stratonovichSquare
    /// √h.
    case root
  }

  /// A multiple of a column of noise.
  public struct Term: Sendable {
    /// The stage whose diffusion it multiplies.
    public let stage: Int
    /// Which column.
    public let noise: Noise
    /// The multiple.
    public let weight: Double

    /// `weight` g(`stage`) N(`noise`).
    public init(_ weight: Double, _ noise: Noise, ofStage stage: Int) {
      self.stage = stage
      self.noise = noise
      self.weight = weight
    }
  }

  /// One stage.
  public struct Stage: Sendable {
    /// c.
    public let time: Double
    /// a(s, j) for the earlier stages.
    public let drifts: [Double]
    /// b(s, j, n).
    public let terms: [Term]

    /// A stage at t + `time` h.
    public init(time: Double, drifts: [Double] = [], terms: [Term] = []) {
      self.time = time
      self.drifts = drifts
      self.terms = terms
    }
  }

  /// What a step is compared with, as weights of the difference:
  /// Σ α(s) f(s) h + Σ β(s, n) g(s) N(n) + γ (f h + g ΔW), the last at the end of the step.
  public struct Difference: Sendable {
    /// α.
    public let drifts: [Double]
    /// β.
    public let terms: [Term]
    /// γ; costs one more evaluation where it is not 0.
    public let end: Double

    /// A difference from its numbers.
    public init(drifts: [Double], terms: [Term], end: Double = 0) {
      self.drifts = drifts
      self.terms = terms
      self.end = end
    }
  }

  /// The stages, each made of earlier ones.
  public let stages: [Stage]
  /// α.
  public let drifts: [Double]
  /// β.
  public let terms: [Term]

  /// A method from its numbers.
  ///
  /// - Precondition: Stages are made of earlier ones alone; there is an α for each.
  public init(stages: [Stage], drifts: [Double], terms: [Term]) {
    precondition(drifts.count == stages.count, "a drift weight for every stage")
    for (index, stage) in stages.enumerated() {
      precondition(
        stage.drifts.count <= index && stage.terms.allSatisfy { $0.stage < index },
        "stage \(index) is made of later ones")
    }
    self.stages = stages
    self.drifts = drifts
    self.terms = terms
  }

  /// The columns of noise that occur.
  var columns: [Noise] {
    let used = Set((stages.flatMap(\.terms) + terms).map(\.noise))
    return Noise.allCases.filter(used.contains)
  }

  /// Whether drift and diffusion have the same weights everywhere, as the continuous adjoint wants.
  var treatsAlike: Bool {
    func alike(_ drifts: [Double], _ terms: [Term]) -> Bool {
      var left = drifts
      for term in terms {
        guard term.noise == .increment, term.stage < left.count else { return false }
        left[term.stage] -= term.weight
      }
      return left.allSatisfy { $0 == 0 }
    }
    return alike(drifts, terms) && stages.allSatisfy { alike($0.drifts, $0.terms) }
  }
}
