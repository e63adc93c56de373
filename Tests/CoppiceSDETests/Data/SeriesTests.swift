import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Processes that are known")
struct SeriesTests {
  /// Mean and variance of a channel at a time, and the standard errors of both.
  private func moments(
    _ paths: PathSet, time: Int, channel: Int = 0
  ) -> (mean: Double, variance: Double, meanError: Double, varianceError: Double) {
    let values = (0..<paths.pathCount).map {
      Double(paths[path: $0, time: time, channel: channel])
    }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let second = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (count - 1)
    let fourth = values.map { pow($0 - mean, 4) }.reduce(0, +) / count
    return (
      mean, second, (second / count).squareRoot(),
      max(0, (fourth - second * second) / count).squareRoot()
    )
  }

  @Test(
    "the moments of the Ornstein-Uhlenbeck process are those of the table, and its paths have them",
    arguments: [
      (6, 0.2976, 0.6594, 0.1089), (19, 2.0991, 0.7896, 0.1792), (32, 4.4815, 0.7992, 0.5896),
      (44, 6.8246, 0.7999, 1.2079), (57, 9.4067, 0.8000, 2.1320), (63, 10.6037, 0.8000, 2.6477),
    ])
  func ornsteinUhlenbeck(time: Int, mean: Double, constant: Double, ramp: Double) throws {
    for (diffusion, variance) in [(OrnsteinUhlenbeck.Diffusion.constant, constant), (.ramp, ramp)] {
      let process = OrnsteinUhlenbeck(diffusion)
      #expect(abs(process.mean(at: Double(time)) - mean) < 5.1e-5)
      #expect(abs(process.variance(at: Double(time)) - variance) < 5.1e-5)
      let paths = try process.paths(count: 8192, key: RandomKey(seed: 21).split(time))
      let found = moments(paths, time: time)
      #expect(abs(found.mean - mean) < 4 * found.meanError)
      #expect(abs(found.variance - variance) < 4 * found.varianceError)
    }
  }

  @Test("paths begin uniformly in [-1, 1), and neighbours are correlated as they should be")
  func beginning() throws {
    let process = OrnsteinUhlenbeck(.constant)
    let paths = try process.paths(count: 8192, key: RandomKey(seed: 5))
    let first = moments(paths, time: 0)
    #expect(abs(first.mean) < 4 * first.meanError)
    #expect(abs(first.variance - 1.0 / 3) < 4 * first.varianceError)
    let starts = (0..<8192).map { paths[path: $0, time: 0, channel: 0] }
    #expect(starts.allSatisfy { $0 >= -1 && $0 <= 1 } && starts.contains { $0 > 0.99 })
    // Cov(Y₃₀, Y₃₃) = e^(−0.3) Var Y₃₀; the deviation of the estimate is about Var/√N
    let (early, late) = (moments(paths, time: 30), moments(paths, time: 33))
    var covariance = 0.0
    for path in 0..<8192 {
      covariance +=
        (Double(paths[path: path, time: 30, channel: 0]) - early.mean)
        * (Double(paths[path: path, time: 33, channel: 0]) - late.mean) / 8191
    }
    #expect(abs(covariance - exp(-0.3) * process.variance(at: 30)) < 4 * 0.8 * 1.3 / 90.5)
  }

  @Test("moments solve their differential equations, for slow and fast reversion and none")
  func momentEquations() {
    for diffusion in OrnsteinUhlenbeck.Diffusion.allCases {
      for reversion in [0, 1e-6, 0.1, 0.49, 3, -0.2] {
        var process = OrnsteinUhlenbeck(diffusion)
        process.reversion = reversion
        var (mean, variance) = (0.0, 1.0 / 3)
        let step = 1e-4
        for index in 0..<100_000 {
          // the midpoint rule, exact to 1e-8 here
          let time = (Double(index) + 0.5) * step
          let noise = diffusion == .constant ? 0.4 : 0.4 * 2 * time / 64
          let (halfMean, halfVariance) = (
            mean + step / 2 * (0.02 * time - reversion * mean),
            variance + step / 2 * (noise * noise - 2 * reversion * variance)
          )
          mean += step * (0.02 * time - reversion * halfMean)
          variance += step * (noise * noise - 2 * reversion * halfVariance)
        }
        #expect(abs(process.mean(at: 10) - mean) < 1e-6 * (1 + abs(mean)), "\(reversion)")
        #expect(abs(process.variance(at: 10) - variance) < 1e-6 * (1 + variance), "\(reversion)")
      }
    }
  }

  @Test("irregular times change when the process is seen, not what it is")
  func irregular() throws {
    for diffusion in OrnsteinUhlenbeck.Diffusion.allCases {
      var process = OrnsteinUhlenbeck(diffusion)
      process.times = [3, 3.5, 17, 57]
      let paths = try process.paths(count: 8192, key: RandomKey(seed: 8))
      for (index, time) in process.times.enumerated() {
        let found = moments(paths, time: index)
        #expect(abs(found.mean - process.mean(at: time)) < 4 * found.meanError)
        #expect(abs(found.variance - process.variance(at: time)) < 4 * found.varianceError)
      }
      process.times = [-1, 3]
      #expect(throws: UserError.self) { try process.paths(count: 1, key: RandomKey(seed: 8)) }
    }
  }

  @Test("geometric Brownian motion has its moments and is positive")
  func geometric() throws {
    var process = GeometricBrownianMotion()
    process.times = [0, 0.25, 1, 2]
    let paths = try process.paths(count: 8192, key: RandomKey(seed: 2))
    for index in 1..<4 {
      let found = moments(paths, time: index)
      #expect(abs(found.mean - process.mean(at: process.times[index])) < 4 * found.meanError)
      #expect(
        abs(found.variance - process.variance(at: process.times[index]))
          < 4 * found.varianceError)
    }
    #expect(paths.values.allSatisfy { $0 > 0 })
    #expect(paths[path: 7, time: 0, channel: 0] == 1)
    #expect(abs(process.variance(at: 1) - exp(0.2) * (exp(0.09) - 1)) < 1e-12)
  }

  @Test("Lorenz's weather without noise is the solution of Lorenz's equations")
  func deterministicLorenz() throws {
    var process = StochasticLorenz()
    process.strengths = [0, 0, 0]
    (process.isNormalised, process.observationNoise) = (false, 0)
    process.times = [0, 0.5]
    // Euler's method is left without noise, so that ten times smaller steps have a tenth of the error
    let errors = try [1e-3, 1e-4].map { step in
      process.longestStep = step
      let paths = try process.paths(count: 20, key: RandomKey(seed: 4))
      return (0..<20).map { path in
        let start = (0..<3).map { Double(paths[path: path, time: 0, channel: $0]) }
        let exact = solution(start, length: 0.5)
        return (0..<3).map {
          abs(Double(paths[path: path, time: 1, channel: $0]) - exact[$0])
        }.reduce(0, max)
      }.reduce(0, max)
    }
    #expect(errors[0] < 1.5 && errors[1] > 1e-4)
    #expect((7...13).contains(errors[0] / errors[1]), "\(errors)")
  }

  /// The classic Runge–Kutta method with 5000 steps, exact to far below what is compared.
  private func solution(_ start: [Double], length: Double) -> [Double] {
    func slope(_ x: [Double]) -> [Double] {
      [10 * (x[1] - x[0]), 28 * x[0] - x[1] - x[0] * x[2], x[0] * x[1] - 8.0 / 3 * x[2]]
    }
    func moved(_ x: [Double], _ k: [Double], _ h: Double) -> [Double] {
      zip(x, k).map { $0 + h * $1 }
    }
    var x = start
    let step = length / 5000
    for _ in 0..<5000 {
      let first = slope(x)
      let second = slope(moved(x, first, step / 2))
      let third = slope(moved(x, second, step / 2))
      let fourth = slope(moved(x, third, step))
      for index in 0..<3 {
        x[index] +=
          step / 6 * (first[index] + 2 * second[index] + 2 * third[index] + fourth[index])
      }
    }
    return x
  }

  @Test(
    "its noise is Itô's: a coordinate that only the noise moves keeps its mean and grows in variance"
  )
  func noiseOfLorenz() throws {
    var process = StochasticLorenz()
    // without s, x is x₀ e^(a W − a² t / 2); without coupling through x, z decays likewise
    (process.rates, process.strengths) = ([0, 0, 2], [1, 0.5, 0.7])
    (process.isNormalised, process.observationNoise) = (false, 0)
    (process.times, process.longestStep) = ([0, 0.5], 2e-3)
    let paths = try process.paths(count: 8192, key: RandomKey(seed: 12))
    var products: [Double] = []
    for path in 0..<8192 {
      products.append(
        Double(paths[path: path, time: 0, channel: 0])
          * Double(paths[path: path, time: 1, channel: 0]))
    }
    let mean = products.reduce(0, +) / 8192
    let deviation =
      (products.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 8191).squareRoot()
    // E x₀ x = 1 after Itô and e^(1/4) = 1.28 after Stratonovich
    #expect(abs(mean - 1) < 4 * deviation / 8192.0.squareRoot())
    #expect(deviation / 8192.0.squareRoot() < 0.05)
    let x = moments(paths, time: 1)
    #expect(abs(x.variance - exp(0.5)) < 4 * x.varianceError)
  }

  @Test("as it comes it has mean 0 and deviation 1 in every channel, and a noise of 0.01 on top")
  func normalisedLorenz() throws {
    var process = StochasticLorenz()
    process.longestStep = 1e-2
    let noisy = try process.paths(count: 64, key: RandomKey(seed: 6))
    #expect(
      noisy.timeCount == 100 && noisy.times[99] == 2 && noisy.channelNames == ["x", "y", "z"])
    let every = try PathNormalisation(of: noisy, over: .everyTime)
    // what the noise adds to the deviation is 5e-5, and to the mean 0.01/80
    #expect(every.means.allSatisfy { abs($0) < 6e-4 })
    #expect(every.deviations.allSatisfy { abs($0 - 1) < 7e-4 })
    process.observationNoise = 0
    let clean = try process.paths(count: 64, key: RandomKey(seed: 6))
    let differences = zip(noisy.values, clean.values).map { Double($0 - $1) }
    let square = differences.map { $0 * $0 }.reduce(0, +) / Double(differences.count)
    // 19 200 values: a relative deviation of 0.5 % in the square root
    #expect(abs(square.squareRoot() - 0.01) < 2.1e-4)
  }

  @Test("the toy curves are theirs")
  func sinusoids() throws {
    let cosine = try Sinusoid.segmentedCosine.paths(count: 2, key: RandomKey(seed: 1))
    #expect(cosine.timeCount == 20 && cosine.times[9] == 0.8 && cosine.times[10] == 1.2)
    #expect(abs(cosine[path: 1, time: 0, channel: 0] - Float(cos(0.6 * Double.pi))) < 1e-6)
    let sine = Sinusoid.irregularSine(key: RandomKey(seed: 1))
    let paths = try sine.paths(count: 1, key: RandomKey(seed: 1))
    for (index, time) in sine.times.enumerated() {
      #expect((0.4..<1.6).contains(time))
      #expect(
        abs(paths[path: 0, time: index, channel: 0] - Float(0.8 * sin(2 * Double.pi * time)))
          < 1e-6)
    }
  }

  @Test("every data set of the catalogue is the same for the same key, and another for another")
  func catalogue() throws {
    for entry in SeriesCatalogue.standard.entries {
      let paths = try entry.make(count: 3, key: RandomKey(seed: 1))
      #expect(paths.pathCount == 3 && paths.missingCount == 0)
      #expect(try entry.make(count: 3, key: RandomKey(seed: 1)).values == paths.values)
      if entry.usualPathCount > 1 {
        #expect(try entry.make(count: 3, key: RandomKey(seed: 2)).values != paths.values)
        #expect(paths.values.prefix(paths.timeCount) != paths.values.suffix(paths.timeCount))
      }
      #expect(throws: UserError.self) { try entry.make(count: 0, key: RandomKey(seed: 1)) }
      // more paths leave the first ones alone, where nothing is normalised over all
      if entry.name != "lorenz" {
        let more = try entry.make(count: 5, key: RandomKey(seed: 1))
        #expect(Array(more.values.prefix(paths.values.count)) == paths.values)
      }
    }
    #expect(try SeriesCatalogue.standard.entry("ou-ramp").usualPathCount == 8192)
    let error = #expect(throws: UserError.self) { try SeriesCatalogue.standard.entry("ou-rampe") }
    #expect(error?.action == "did you mean \"ou-ramp\"?")
  }
}
