public import CoppiceRandom
public import CoppiceTensors

/// Lorenz's weather, with noise in proportion to each coordinate:
/// dx = s (y − x) dt + a x dW₁, dy = (x (r − z) − y) dt + b y dW₂, dz = (x y − c z) dt + d z dW₃, after Itô.
///
/// Paths begin at standard normal numbers at the first time. They are walked by Milstein's scheme (strong order 1
/// for noise of this kind), every interval in equal steps of at most ``longestStep``. Then, unless told otherwise,
/// each channel is shifted and scaled to mean 0 and deviation 1 over all paths and times, and a little noise of
/// observation is added; the normalisation is the one place where paths depend on how many are drawn.
///
/// ## Source
/// Li, Wong, Chen, Duvenaud 2020, "Scalable Gradients for Stochastic Differential Equations", arXiv 2001.01328,
/// with the numbers of torchsde's example of a latent SDE for it.
/// **Differences**: the example walks with a stochastic Runge–Kutta method.
public struct StochasticLorenz: SeriesGenerator, Equatable {
  /// s, r and c.
  public var rates = [10.0, 28, 8.0 / 3]
  /// a, b and d.
  public var strengths = [0.1, 0.28, 0.3]
  /// When the paths are observed.
  public var times = evenTimes(from: 0, to: 2, count: 100)
  /// How long a step of the walk is at most, in the unit of the times.
  public var longestStep = 1e-3
  /// Whether each channel is brought to mean 0 and deviation 1.
  public var isNormalised = true
  /// The deviation of the noise that is added to every value in the end.
  public var observationNoise = 0.01

  /// The process on 100 times from 0 to 2.
  public init() {}

  /// Paths with the channels `x`, `y` and `z`.
  ///
  /// - Throws: `UserError` of kind `configuration` when a parameter makes no sense or a path leaves the range of
  ///   numbers.
  /// - Complexity: three normal numbers a step: 1,024 paths as they are by default take some 6 million.
  public func paths(count: Int, key: RandomKey) throws(UserError) -> PathSet {
    guard rates.count == 3, strengths.count == 3 else {
      throw UserError(
        .configuration, found: "\(rates.count) rates and \(strengths.count) strengths",
        expected: "three of each", action: "name all of them")
    }
    guard longestStep > 0, observationNoise >= 0 else {
      throw UserError(
        .configuration, found: "steps of \(longestStep) and a noise of \(observationNoise)",
        expected: "a positive step and a noise of at least 0", action: "change them")
    }
    let names = ["x", "y", "z"]
    let walk = key.split("walk")
    var paths = try fill(count: count, times: times, channelNames: names, key: walk) {
      (_, random, path) in
      var state = (random.nextNormal(), random.nextNormal(), random.nextNormal())
      for index in times.indices {
        if index > 0 { advance(&state, by: times[index] - times[index - 1], &random) }
        (path[3 * index], path[3 * index + 1], path[3 * index + 2]) = state
      }
    }
    if isNormalised {
      paths = try PathNormalisation(of: paths, over: .everyTime).apply(to: paths)
    }
    guard observationNoise > 0 else { return paths }
    let clean = paths
    return try fill(count: count, times: times, channelNames: names, key: key.split("noise")) {
      (number, random, path) in
      let start = number * path.count
      for index in path.indices {
        path[index] =
          Double(clean.values[start + index]) + observationNoise * random.nextNormal()
      }
    }
  }

  private func advance(
    _ state: inout (Double, Double, Double), by length: Double, _ random: inout RandomStream
  ) {
    let count = max(1, (length / longestStep).rounded(.up))
    let step = length / count
    for _ in 0..<Int(count) {
      let (x, y, z) = state
      state.0 =
        x + step * rates[0] * (y - x) + kick(x, strengths[0], step, random.nextNormal())
      state.1 =
        y + step * (x * (rates[1] - z) - y) + kick(y, strengths[1], step, random.nextNormal())
      state.2 =
        z + step * (x * y - rates[2] * z) + kick(z, strengths[2], step, random.nextNormal())
    }
  }

  /// a x ΔW + a² x (ΔW² − Δt)/2.
  private func kick(
    _ value: Double, _ strength: Double, _ step: Double, _ normal: Double
  ) -> Double {
    let change = strength * step.squareRoot() * normal
    return value * (change + (change * change - strength * strength * step) / 2)
  }
}
