import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

@Suite("Controls")
struct PathControlTests {
  private func path(_ times: [Double], _ values: [Float], channels: Int = 1) throws -> PathSet {
    try PathSet(
      times: times, channelNames: PathSet.names(channelCount: channels), values: values)
  }

  private func expect(
    _ found: [Double], _ expected: [Double], _ tolerance: Double = 1e-12,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      found.count == expected.count
        && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance },
      "\(found) instead of \(expected)", sourceLocation: location)
  }

  @Test("gaps are closed along lines or with the last value, and at the ends with the nearest")
  func filling() throws {
    let gap = Float.nan
    let gaps = try path([0, 1, 4, 5, 9, 10], [gap, 3, gap, 7, gap, gap, 1, gap, gap, gap, 2, gap])
    let linear = try gaps.filled(.linear).values.map(Double.init)
    // the line from 1 at time 0 to 2 at time 9
    expect(
      linear, [3, 3, 6, 7, 7, 7, 1, 1 + 1.0 / 9, 1 + 4.0 / 9, 1 + 5.0 / 9, 2, 2], 2e-7)
    #expect(try gaps.filled(.forward).values == [3, 3, 3, 7, 7, 7, 1, 1, 1, 1, 2, 2])
    let two = try path([0, 1], [1, gap, 2, 8, 3, gap, gap, gap], channels: 2)
    let error = #expect(throws: UserError.self) { try two.filled(.linear) }
    #expect(error?.found == "path 1 without any value of \"value_1\"")
  }

  @Test("straight lines, worked out by hand")
  func linear() throws {
    let control = try PathControl(
      path([0, 1, 4], [2, 10, .nan, 20, 6, -10], channels: 2), by: .linear)
    #expect(control.knots == [0, 1, 4] && control.channelCount == 3)
    expect(control.value(path: 0, at: 0), [0, 2, 10])
    expect(control.value(path: 0, at: 0.25), [0.25, 2.25, 12.5])
    expect(control.value(path: 0, at: 1), [1, 3, 20])
    expect(control.value(path: 0, at: 2), [2, 4, 10])
    expect(control.value(path: 0, at: 4), [4, 6, -10])
    expect(control.increment(path: 0, from: 0.25, to: 2), [1.75, 1.75, -2.5])
    expect(control.increment(path: 0, from: 2, to: 0.25), [-1.75, -1.75, 2.5])
    // and still stands outside
    expect(control.value(path: 0, at: 7), [4, 6, -10])
    expect(control.value(path: 0, at: -7), [0, 2, 10])
  }

  @Test("cubic pieces, worked out by hand")
  func hermite() throws {
    let control = try PathControl(path([0, 1, 3, 4], [0, 2, -2, -1]), by: .cubicHermite)
    // the first piece is straight
    expect(control.value(path: 0, at: 0.3), [0.3, 0.6])
    // from 2 with slope 2 to −2 with slope −2, half way: 2 − 4 · 3/8 + 4 · 1/8
    expect(control.value(path: 0, at: 2), [2, 1])
    // from −2 with slope −2 to −1 with slope 1, a quarter of the way: −2 + 7/64 − 2 · 9/64
    expect(control.value(path: 0, at: 3.25), [3.25, -2 + 7.0 / 64 - 18.0 / 64])
    for (time, value) in zip([0.0, 1, 3, 4], [0.0, 2, -2, -1]) {
      expect(control.value(path: 0, at: time), [time, value])
    }
    expect(control.increment(path: 0, from: 0.3, to: 2), [1.7, 0.4])
    // the slope is the same on both sides of a knot, and that of the line that led to it
    for (knot, slope) in [(1.0, 2.0), (3, -2)] {
      let before = control.increment(path: 0, from: knot - 1e-6, to: knot)[1] / 1e-6
      let after = control.increment(path: 0, from: knot, to: knot + 1e-6)[1] / 1e-6
      #expect(abs(before - slope) < 1e-4 && abs(after - slope) < 1e-4)
    }
  }

  @Test("first the time, then the value, worked out by hand")
  func rectilinear() throws {
    let control = try PathControl(path([0, 1, 3], [5, .nan, 7]), by: .rectilinear)
    #expect(control.knots == [0, 1, 2, 3, 4])
    for (parameter, point) in [
      (0, [0, 5]), (0.5, [0.5, 5]), (1, [1, 5]), (1.7, [1, 5]), (2, [1, 5]), (2.5, [2, 5]),
      (3, [3, 5]), (3.25, [3, 5.5]), (4, [3, 7]), (9, [3, 7]),
    ] as [(Double, [Double])] {
      expect(control.value(path: 0, at: parameter), point)
    }
    expect(control.increment(path: 0, from: 2.5, to: 3.25), [1, 0.5])
  }

  @Test("a later value changes nothing before it in a rectilinear control, and does in the others")
  func online() throws {
    let (first, second) = (
      try path([0, 1, 2, 3], [1, .nan, 4, 2]), try path([0, 1, 2, 3], [1, .nan, 9, -3])
    )
    let early = try [first, second].map { paths in
      let control = try PathControl(paths, by: .rectilinear)
      // up to where the time has come to 2 and the value has not moved yet
      return stride(from: 0, through: 3, by: 0.1).flatMap { control.value(path: 0, at: $0) }
    }
    #expect(early[0] == early[1])
    for scheme in [Interpolation.linear, .cubicHermite] {
      let middle = try [first, second].map {
        try PathControl($0, by: scheme).value(path: 0, at: 0.5)
      }
      #expect(middle[0] != middle[1])
    }
  }

  @Test("straight paths are straight under every scheme, at irregular times")
  func straight() throws {
    let times = [-1, 0.5, 0.75, 4, 11.0]
    let paths = try path(times, times.map { Float(3 * $0 - 2) })
    for scheme in [Interpolation.linear, .cubicHermite] {
      let control = try PathControl(paths, by: scheme)
      for time in stride(from: -1.0, through: 11, by: 0.17) {
        expect(control.value(path: 0, at: time), [time, 3 * time - 2], 1e-10)
      }
    }
  }

  @Test(
    "increments add up, and panels hold what single queries say", arguments: Interpolation.allCases)
  func panels(scheme: Interpolation) throws {
    var random = RandomKey(seed: 9).stream()
    let times = (0..<13).map { _ in random.nextUniform(0, 10) }.sorted()
    let values = (0..<90 * 13 * 3).map { _ in
      random.nextUniform() < 0.2 ? Float.nan : Float(random.nextNormal())
    }
    let control = try PathControl(path(times, values, channels: 3), by: scheme)
    let chosen = (0..<70).map { _ in random.nextIndex(below: 90) }
    let (doubles, floats) = (
      Panels<Double>(featureCount: 4, sampleCount: 70),
      Panels<Float>(featureCount: 6, sampleCount: 70)
    )
    let (first, last) = (control.knots[0], control.knots[control.knots.count - 1])
    for _ in 0..<50 {
      let (from, to) = (random.nextUniform(first, last), random.nextUniform(first, last))
      control.writeIncrements(from: from, to: to, of: chosen, into: doubles)
      control.writeValues(at: from, of: chosen, into: floats)
      for (sample, path) in chosen.enumerated() {
        let middle = random.nextUniform(first, last)
        let parts = zip(
          control.increment(path: path, from: from, to: middle),
          control.increment(path: path, from: middle, to: to)
        ).map { $0 + $1 }
        let value = control.value(path: path, at: from)
        for channel in 0..<4 {
          #expect(abs(doubles[sample: sample, feature: channel] - parts[channel]) < 1e-12)
          #expect(floats[sample: sample, feature: channel] == Float(value[channel]))
        }
      }
    }
  }

  @Test("a path with one time is a point", arguments: Interpolation.allCases)
  func point(scheme: Interpolation) throws {
    let control = try PathControl(path([2], [7]), by: scheme)
    expect(control.value(path: 0, at: 0), [2, 7])
    expect(control.increment(path: 0, from: 0, to: 5), [0, 0])
  }
}
