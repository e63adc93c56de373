import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

/// Those that learn have tests of their own.
@Suite("Every distance of sets of paths")
struct EveryMetricTests {
  private let key = RandomKey(seed: 1)
  private let pool = WorkerPool(threadCount: 1)

  private func paths(_ seed: UInt64, count: Int = 300) throws -> PathSet {
    try OrnsteinUhlenbeck().paths(count: count, key: RandomKey(seed: seed))
  }

  private func changed(_ paths: PathSet, _ change: (Float) -> Float) throws -> PathSet {
    try PathSet(
      times: paths.times, channelNames: paths.channelNames, values: paths.values.map(change))
  }

  private func measure(
    _ metric: any PathMetric, _ samples: PathSet, _ real: PathSet
  ) throws -> [PathMeasurement] {
    try metric.measure(samples, against: real, key: key, pool: pool)
  }

  @Test("paths of the same law are near, and those of another one far")
  func order() throws {
    let (real, same) = (try paths(1), try paths(2))
    // as long a way, at other times
    let other = try changed(same) { -2 * $0 }
    for metric in PathMetricCatalogue.standard.quick.metrics where metric.name != "autocorrelation"
    {
      let (near, far) = (try measure(metric, same, real), try measure(metric, other, real))
      #expect(near.map(\.name) == far.map(\.name))
      for (near, far) in zip(near, far) {
        #expect(near.value >= 0 && 3 * near.value < far.value, "\(near) \(far)")
      }
      for own in try measure(metric, real, real) { #expect(own.value == 0) }
    }
    // values of other paths at every time have none
    let steps = try PathSet(
      times: same.times, channelNames: same.channelNames,
      values: (0..<same.pathCount).flatMap { path in
        (0..<same.timeCount).map { same[path: ($0 * 7 + path) % 300, time: $0, channel: 0] }
      })
    let (near, far) = (
      try measure(AutocorrelationMetric(), same, real)[0],
      try measure(AutocorrelationMetric(), steps, real)[0]
    )
    #expect(5 * near.value < far.value)
  }

  @Test("units of values and of time play no part")
  func units() throws {
    let (real, samples) = (try paths(1), try paths(2))
    func scaled(_ paths: PathSet) throws -> PathSet {
      let values = try changed(paths) { 64 * $0 }
      return try PathSet(
        times: values.times.map { 4 * $0 }, channelNames: values.channelNames,
        values: values.values)
    }
    for metric in PathMetricCatalogue.standard.quick.metrics {
      for (own, other) in zip(
        try measure(metric, samples, real), try measure(metric, scaled(samples), scaled(real)))
      {
        // powers of two change no digit but those of the logarithm
        #expect(abs(own.value - other.value) <= 1e-9 * own.value, "\(own) \(other)")
      }
    }
  }

  @Test("gaps of the real paths are allowed, and other times are refused")
  func gapsAndTimes() throws {
    let (real, samples) = (try paths(1), try paths(2))
    let gaps = try real.dropping(share: 0.3, key: key)
    for metric in PathMetricCatalogue.standard.quick.metrics {
      for own in try measure(metric, samples, gaps) { #expect(own.value.isFinite) }
      let later = try PathSet(
        times: real.times.map { $0 + 1 }, channelNames: real.channelNames, values: real.values)
      #expect(throws: UserError.self) { try measure(metric, samples, later) }
    }
  }

  @Test("a distance that has nothing to measure is named with its reason, beside the others")
  func refusals() throws {
    let one = try paths(1).selecting(0..<1)
    let found = try PathMetricCatalogue.standard.quick.measure(
      one, against: one, key: key, pool: pool)
    #expect(found.refusals.map(\.metric) == ["autocorrelation"])
    #expect(found.refusals.allSatisfy { $0.reason.contains("expected several paths") })
    #expect(found.measurements.map(\.name).contains("ks-mean"))
  }

  @Test("a distance finds the same when others are left out, and one that there is not is refused")
  func someOfThem() throws {
    let all = PathMetricCatalogue(["a", "b", "c"].map { Chance(name: $0) })
    let some = try all.named(["c", "b"])
    #expect(some.metrics.map(\.name) == ["b", "c"])
    let paths = try paths(1, count: 2)
    func measure(_ catalogue: PathMetricCatalogue) throws -> [PathMeasurement] {
      try catalogue.measure(paths, against: paths, key: key, pool: pool).measurements
    }
    let found = try measure(all)
    #expect(Set(found.map(\.value)).count == 3)
    #expect(try measure(some) == Array(found[1...]))
    let error = #expect(throws: UserError.self) { try PathMetricCatalogue.standard.named(["kss"]) }
    #expect(error?.action == "did you mean \"ks\"?")
    #expect(throws: UserError.self) { try PathMetricCatalogue.standard.named([""]) }
  }

  @Test("all numbers of all distances have names of their own")
  func names() throws {
    let found = try PathMetricCatalogue.standard.quick.measure(
      paths(1), against: paths(2), key: key, pool: pool
    ).measurements
    #expect(Set(found.map(\.name)).count == found.count)
    let all = PathMetricCatalogue.standard.metrics
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(PathMetricCatalogue.standard.quick.metrics.allSatisfy { !$0.learns })
    #expect(all.filter(\.learns).map(\.name) == ["real-or-fake", "prediction"])
  }
}

/// Finds a random number.
private struct Chance: PathMetric {
  let name: String
  let summary = "a random number"
  let learns = false

  func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement] {
    var random = key.stream()
    return [PathMeasurement(name, random.nextNormal())]
  }
}
