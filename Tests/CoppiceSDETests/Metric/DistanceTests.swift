import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Distances of samples and sets of paths")
struct DistanceTests {
  @Test(
    "distances of small samples and their p-values, as SciPy 1.17 and counting by hand have them",
    arguments: [
      // of the 20 orders of three and three values two have distance 1
      ([1, 2, 3], [6, 4, 5], 1, 0.1),
      ([1, 2, 3, 4, 5], [3.5, 4.5, 5.5, 6.5], 0.6, 0.2857142857142857),
      (
        [0.61, 0.29, 0.06, 0.59, -1.73, -0.74, 0.51, -0.56, 0.39, 1.64],
        [0.5, -0.1, 2.2, 1.7, 3.1, 0.9, 1.2], 0.6142857142857143, 0.05409296585767175
      ),
      ([1], [1], 0, 1),
      ([1, 1, 2], [1, 2, 2], 1.0 / 3, 1),
    ] as [([Float], [Float], Double, Double)])
  func small(first: [Float], second: [Float], distance: Double, pValue: Double) {
    for found in [KolmogorovSmirnov(first, second), KolmogorovSmirnov(second, first)] {
      #expect(abs(found.distance - distance) < 1e-12)
      #expect(abs(found.pValue - pValue) < 1e-12, "\(found.pValue)")
    }
  }

  @Test("beyond a million pairs the p-value is near the exact one")
  func large() {
    // SciPy 1.17, method "exact"
    for (shift, distance, pValue) in [
      (0.01, 0.010666666666666666, 0.9999629506443056),
      (0.03, 0.030666666666666665, 0.3889479077320438),
      (0.05, 0.050666666666666665, 0.023804566274936146),
    ] {
      let found = KolmogorovSmirnov(
        (0..<2000).map { Float($0) / 2000 },
        (0..<1500).map { Float((Double($0) + 0.3) / 1500 + shift) })
      #expect(abs(found.distance - distance) < 1e-3)
      #expect(abs(found.pValue - pValue) < 0.02 * pValue + 1e-4, "\(found)")
    }
  }

  @Test("Kolmogorov's limit, as tables have it")
  func limit() {
    for (level, chance) in [
      (0.3, 0.9999906941986655), (0.5, 0.9639452436648751), (0.8, 0.5441424115741981),
      (0.999, 0.27107316411506394), (1, 0.26999967167735456), (1.001, 0.26892926629862707),
      (1.36, 0.049485876755377876), (2, 0.0006709252557796953), (3, 3.045995948942526e-08),
    ] {
      #expect(abs(kolmogorovTail(level) - chance) < 1e-14 + 1e-9 * chance, "\(level)")
    }
    #expect(kolmogorovTail(0) == 1)
  }

  @Test("p-values of samples of one law are uniform, by either way of computing them")
  func uniform() {
    for (count, otherCount) in [(150, 211), (900, 1200)] {
      var random = RandomKey(seed: 31).split(count).stream()
      var values: [Double] = []
      for _ in 0..<400 {
        values.append(
          KolmogorovSmirnov(
            (0..<count).map { _ in Float(random.nextNormal()) },
            (0..<otherCount).map { _ in Float(random.nextNormal()) }
          ).pValue)
      }
      for level in [0.05, 0.25, 0.5, 0.75] {
        let found = Double(values.count { $0 <= level }) / 400
        #expect(abs(found - level) < 4 * (level * (1 - level) / 400).squareRoot() + 0.01)
      }
    }
  }

  @Test("sets are compared at the times that are asked for")
  func times() throws {
    let process = OrnsteinUhlenbeck(.constant)
    let first = try process.paths(count: 2000, key: RandomKey(seed: 1))
    let second = try process.paths(count: 1900, key: RandomKey(seed: 2))
    let other = try OrnsteinUhlenbeck(.ramp).paths(count: 1900, key: RandomKey(seed: 3))
    let times = [6.0, 19, 32, 44, 57]
    let same = try first.kolmogorovSmirnov(to: second, at: times)
    #expect(same.count == 5 && same.allSatisfy { $0.pValue > 1e-4 })
    let different = try first.kolmogorovSmirnov(to: other, at: times)
    // the deviations differ by factors of 0.4 at 6 and 1.6 at 57
    #expect(different[0].pValue < 1e-6 && different[4].pValue < 1e-6)
    #expect(
      same[1]
        == KolmogorovSmirnov(
          first.marginal(time: 19, channel: 0), second.marginal(time: 19, channel: 0)))
    #expect(try first.kolmogorovSmirnov(to: second).count == 64)
    #expect(throws: UserError.self) { try first.kolmogorovSmirnov(to: second, at: [6.5]) }
  }

  @Test("values have to be moved so far, worked out by hand")
  func wasserstein() {
    #expect(abs(wassersteinDistance([0, 1, 3], [5, 6, 8]) - 5) < 1e-12)
    #expect(abs(wassersteinDistance([3.5, 1, 3, 0], [2.5, -1, 0.5]) - 1.2083333333333333) < 1e-12)
    #expect(wassersteinDistance([1, 2, 2], [2, 1, 2]) == 0)
    #expect(wassersteinDistance([], [1]).isNaN)
  }

  @Test("a shift of all values is the marginal distance, gaps or none")
  func marginal() throws {
    let paths = try GeometricBrownianMotion().paths(count: 200, key: RandomKey(seed: 4))
    let shifted = try PathSet(
      times: paths.times, channelNames: paths.channelNames, values: paths.values.map { $0 + 0.25 })
    let found = try MarginalDistance(paths, shifted)
    #expect(found.distances.count == 65)
    #expect(found.distances.allSatisfy { abs($0 - 0.25) < 1e-5 })
    #expect(abs(found.mean - 0.25) < 1e-5)
    let gaps = try paths.dropping(share: 0.4, key: RandomKey(seed: 5))
    #expect(try MarginalDistance(paths, gaps).mean < 0.05)
    let fewer = try PathSet(times: [0], channelNames: ["value"], values: [1])
    #expect(throws: UserError.self) { try MarginalDistance(paths, fewer) }
  }

  @Test("autocorrelations of an Ornstein-Uhlenbeck process are what they should be")
  func autocorrelation() throws {
    var process = OrnsteinUhlenbeck(.constant)
    process.times = [20, 21, 22, 23]
    let paths = try process.paths(count: 8192, key: RandomKey(seed: 6))
    process.reversion = 0.5
    let faster = try process.paths(count: 8192, key: RandomKey(seed: 7))
    let found = try AutocorrelationDistance(paths, faster, lagCount: 2)
    for lag in 1...2 {
      // stationary but for e^(−4): correlation e^(−κ lag), whose standard error is (1 − ρ²)/√N
      for (value, reversion) in [(found.first, 0.1), (found.second, 0.5)] {
        #expect(abs(value[lag - 1] - exp(-reversion * Double(lag))) < 4 / 8192.0.squareRoot())
      }
    }
    let expected = ((pow(exp(-0.1) - exp(-0.5), 2) + pow(exp(-0.2) - exp(-1), 2)) / 2).squareRoot()
    #expect(abs(found.value - expected) < 0.03)
    #expect(try AutocorrelationDistance(paths, paths, lagCount: 3).value == 0)
    #expect(throws: UserError.self) { try AutocorrelationDistance(paths, paths, lagCount: 4) }
  }

  @Test("an autocorrelation over three paths with a gap, worked out by hand")
  func smallAutocorrelation() throws {
    let times = [0, 1, 2.0]
    let first = try PathSet(
      times: times, channelNames: ["a"], values: [1, 2, 5, 2, 4, .nan, 3, 9, 1])
    let second = try PathSet(
      times: times, channelNames: ["a"], values: [1, 1, 1, 1, 2, 3, 1, 3, 5])
    let found = try AutocorrelationDistance(first, second, lagCount: 1)
    // times 0, 1: deviations (−1, 0, 1) and (−3, −1, 4), 7/√(2 · 26); times 1, 2: two paths, −1
    let expected = (7 / 52.0.squareRoot() - 1) / 2
    #expect(abs(found.first[0] - expected) < 1e-12)
    // the second set does not vary at time 0, and is in step from 1 to 2
    #expect(abs(found.second[0] - 1) < 1e-12)
    #expect(abs(found.value - (1 - expected)) < 1e-12)
  }
}
