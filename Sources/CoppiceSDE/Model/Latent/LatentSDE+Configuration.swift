import CoppiceTensors

extension LatentSDE {
  /// The sizes of the networks, and the bounds of the equations.
  public struct Sizes: Codable, Sendable, Equatable {
    /// `D`: numbers of the latent state.
    public var state = 4
    /// `K`: numbers of the context.
    public var context = 64
    /// Units of the encoder's recurrent unit.
    public var memory = 128
    /// Units of a hidden layer of drifts and diffusions, and of the layer before the recurrent unit.
    public var width = 128
    /// Hidden layers of drifts; diffusions have one.
    public var depth = 2
    /// What the initial weights of the last layers of both drifts are multiplied by.
    public var driftScale = 0.1
    /// The least that the diffusion can be; positive.
    public var leastDiffusion = 0.01
    /// The most that it can be.
    public var greatestDiffusion = 1.0
    /// The most that a drift can be in magnitude; 0 for no bound.
    ///
    /// Bounded drifts keep reversible Heun stable over long spans, and samples of the prior near the data: nothing
    /// that is learned holds a drift back where posteriors never come.
    public var driftBound = 0.0

    /// The sizes of the example of a stochastic Lorenz attractor.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case state, context, memory, width, depth
      case leastDiffusion = "least_diffusion"
      case greatestDiffusion = "greatest_diffusion"
      case driftBound = "drift_bound"
      case driftScale = "drift_scale"
    }
  }

  /// What learns, and how.
  public struct Configuration: Codable, Sendable, Equatable {
    /// The networks.
    public var sizes = Sizes()
    /// `B`.
    public var batch = 1024
    /// How the equations are solved: ``MethodCatalogue``.
    ///
    /// A posterior that keeps close to exact observations contracts; over many of its time constants
    /// reversible Heun goes astray (``LatentSDE/warning`` says so), and midpoint does not.
    public var method = "reversible-heun"
    /// The longest step, in the unit of the times.
    public var step = 0.01
    /// Standard deviation of an observation around what the state stands for, in the unit of the values.
    public var observationDeviation = 0.01
    /// The learning rate of the first step.
    public var learningRate = 0.01
    /// What the learning rate is multiplied by after each step.
    public var learningRateDecay = 0.997
    /// What both divergences are multiplied by in the end; 1 is the evidence bound.
    public var divergenceWeight = 1.0
    /// Over how many steps that weight rises from 0.
    public var annealing = 1000

    /// The settings of the example of a stochastic Lorenz attractor.
    public init() {}

    private enum CodingKeys: String, CodingKey {
      case sizes, batch, method, step, annealing
      case observationDeviation = "observation_deviation"
      case learningRate = "learning_rate"
      case learningRateDecay = "learning_rate_decay"
      case divergenceWeight = "divergence_weight"
    }

    /// The weight of the divergences in step `step`, the first of which is 1.
    func divergenceWeight(step: Int) -> Double {
      annealing > 0
        ? divergenceWeight * min(1, Double(step) / Double(annealing)) : divergenceWeight
    }

    /// - Throws: `UserError` of kind `configuration` for settings that cannot be.
    func check() throws(UserError) {
      try require(batch > 0, "a batch of \(batch)", "at least 1")
      let counts = [sizes.state, sizes.context, sizes.memory, sizes.width, sizes.depth]
      try require(
        counts.allSatisfy { $0 > 0 },
        "a state of \(counts[0]), a context of \(counts[1]), a memory of \(counts[2]), a width of \(counts[3]) and a depth of \(counts[4])",
        "at least 1 of each")
      let (least, greatest) = (sizes.leastDiffusion, sizes.greatestDiffusion)
      try require(
        least > 0 && least < greatest && greatest.isFinite,
        "a diffusion from \(least) to \(greatest)", "two positive bounds, the greater one last")
      let bound = sizes.driftBound
      try require(
        bound >= 0 && bound.isFinite && sizes.driftScale >= 0 && sizes.driftScale.isFinite,
        "a drift bound of \(bound) and a drift scale of \(sizes.driftScale)",
        "two numbers that are not negative")
      try require(
        observationDeviation > 0 && observationDeviation.isFinite,
        "an observation deviation of \(observationDeviation)", "a positive number")
      try require(
        learningRate > 0 && learningRate.isFinite && learningRateDecay > 0
          && learningRateDecay <= 1,
        "a learning rate of \(learningRate) that is multiplied by \(learningRateDecay)",
        "a positive rate, and a factor above 0 and at most 1")
      try require(
        divergenceWeight >= 0 && divergenceWeight.isFinite && annealing >= 0,
        "a divergence weight of \(divergenceWeight) reached in \(annealing) steps",
        "two numbers that are not negative")
    }

    private func require(
      _ isFine: Bool, _ found: String, _ expected: String
    ) throws(UserError) {
      guard !isFine else { return }
      throw UserError(
        .configuration, found: found, expected: expected, action: "change the configuration")
    }
  }

  /// What one step, or an evaluation, found: means over the paths, in nats.
  public struct Progress: Sendable, Equatable {
    /// What was minimised: ``reconstruction``, and both divergences with the weight of the step.
    public var loss: Double
    /// −E log p(observations | path).
    public var reconstruction: Double
    /// The divergence of the posterior's law of paths from the prior's, given where they begin.
    public var pathDivergence: Double
    /// The divergence of q(z₀) from p(z₀).
    public var initialDivergence: Double

    /// The evidence lower bound (ELBO) on log p(observations), with full divergences.
    public var bound: Double { -reconstruction - pathDivergence - initialDivergence }
  }
}
