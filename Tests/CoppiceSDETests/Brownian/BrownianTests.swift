import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

/// A source over [0, 1] whose law and consistency are tested.
enum Source: String, CaseIterable, Sendable {
  case interval, intervalWithArea, halves, tree, increments, incrementsWithArea

  /// Times that every source can be asked for to the bit.
  static let lattice = (0...64).map { Double($0) / 64 }

  var hasArea: Bool { self == .intervalWithArea || self == .incrementsWithArea }

  func make<Scalar: NetworkScalar>(
    _: Scalar.Type = Double.self, keys: SampleKeys, channels: Int
  ) -> any DrivingPath<Scalar> {
    switch self {
    case .interval, .intervalWithArea:
      return BrownianInterval(keys: keys, channelCount: channels, span: 0...1, hasArea: hasArea)
    case .halves:
      return BrownianInterval(
        keys: keys, channelCount: channels, span: 0...1, division: .halves(tolerance: 1.0 / 64))
    case .tree:
      return VirtualBrownianTree(
        keys: keys, channelCount: channels, span: 0...1, tolerance: 1.0 / 64)
    case .increments, .incrementsWithArea:
      return BrownianIncrements(
        keys: keys, channelCount: channels, times: Source.lattice, hasArea: hasArea)
    }
  }
}

extension DrivingPath {
  /// The increments and areas of one query, as arrays.
  func ask(_ start: Double, _ end: Double, area: Bool = false) -> (w: [Scalar], h: [Scalar]) {
    let count = panelCount * channelCount * panelWidth
    let (w, h) = (AlignedBuffer<Scalar>(count: count), AlignedBuffer<Scalar>(count: count))
    query(from: start, to: end, increment: w.pointer, area: area ? h.pointer : nil)
    return (Array(w.elements), Array(h.elements))
  }
}

struct BrownianTests {
  private func lattice(_ random: inout RandomStream) -> (Double, Double) {
    let a = random.nextIndex(below: 64), b = a + 1 + random.nextIndex(below: 64 - a)
    return (Source.lattice[a], Source.lattice[b])
  }

  @Test(arguments: Source.allCases)
  func askingAgainGivesTheSameBits(source: Source) {
    let keys = SampleKeys(count: 70, key: RandomKey(seed: 1))
    let path = source.make(keys: keys, channels: 3)
    var random = RandomKey(seed: 2).stream()
    let queries = (0..<500).map { _ in lattice(&random) }
    let first = queries.map { path.ask($0.0, $0.1, area: source.hasArea) }
    for (query, answer) in zip(queries, first).reversed() {
      let again = path.ask(query.0, query.1, area: source.hasArea)
      #expect(again.w == answer.w && again.h == answer.h)
    }
  }

  @Test(arguments: Source.allCases)
  func adjacentIncrementsAddUpAndAreasRecombine(source: Source) {
    let path = source.make(keys: SampleKeys(count: 3, key: RandomKey(seed: 3)), channels: 2)
    var random = RandomKey(seed: 4).stream()
    for _ in 0..<300 {
      let times = Set((0..<3).map { _ in random.nextIndex(below: 65) }).sorted()
      guard times.count == 3 else { continue }
      let (s, u, t) = (
        Source.lattice[times[0]], Source.lattice[times[1]], Source.lattice[times[2]]
      )
      let whole = path.ask(s, t, area: source.hasArea)
      let left = path.ask(s, u, area: source.hasArea)
      let right = path.ask(u, t, area: source.hasArea)
      for index in 0..<(2 * panelWidth) where index % panelWidth < 3 {
        #expect(abs(left.w[index] + right.w[index] - whole.w[index]) < 1e-12)
        // U(s, t) = ∫ W(s, v) dv = h (W / 2 + H)
        func integral(_ part: (w: [Double], h: [Double]), _ length: Double) -> Double {
          length * (part.w[index] / 2 + part.h[index])
        }
        guard source.hasArea else { continue }
        let parts =
          integral(left, u - s) + integral(right, t - u) + (t - u) * left.w[index]
        #expect(abs(parts - integral(whole, t - s)) < 1e-12)
      }
    }
  }

  @Test(arguments: Source.allCases)
  func incrementsAreNormalWithTheirLengthAsVariance(source: Source) {
    let count = 16_384
    let path = source.make(keys: SampleKeys(count: count, key: RandomKey(seed: 5)), channels: 2)
    // so that what is tested lies deep in the tree as well
    _ = path.ask(0.25, 0.5)
    for (s, t) in [(0.0, 1.0), (0.25, 0.296875), (0.265625, 0.75), (0.984375, 1)] {
      let answer = path.ask(s, t, area: source.hasArea)
      func channel(_ values: [Double], _ channel: Int) -> [Double] {
        (0..<count).map {
          values[($0 / panelWidth * 2 + channel) * panelWidth + $0 % panelWidth]
        }
      }
      let (w, other) = (channel(answer.w, 0), channel(answer.w, 1))
      #expect(normalDistance(w, variance: t - s) < normalDistanceLimit(count))
      #expect(normalDistance(other, variance: t - s) < normalDistanceLimit(count))
      // a correlation of independent numbers is normal with variance 1 / n: five deviations
      let bound = 5 / Double(count).squareRoot()
      #expect(abs(covariance(w, other)) < bound * (t - s))
      if source.hasArea {
        let h = channel(answer.h, 0)
        #expect(normalDistance(h, variance: (t - s) / 12) < normalDistanceLimit(count))
        #expect(abs(covariance(w, h)) < bound * (t - s) / 12.0.squareRoot())
      }
    }
  }

  @Test(arguments: Source.allCases)
  func disjointIncrementsAreIndependent(source: Source) {
    let count = 16_384
    let path = source.make(keys: SampleKeys(count: count, key: RandomKey(seed: 6)), channels: 1)
    let pieces = [(0.0, 0.25), (0.25, 0.28125), (0.5, 1.0)].map { path.ask($0.0, $0.1).w }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
      let scale =
        covariance(pieces[a], pieces[a]).squareRoot()
        * covariance(pieces[b], pieces[b]).squareRoot()
      #expect(
        abs(covariance(pieces[a], pieces[b])) < 5 * scale / Double(count).squareRoot())
    }
  }

  @Test(arguments: [0.1, 0.3, 0.5, 0.9])
  func aBridgeHasTheCovariancesOfItsParts(share: Double) {
    let count = 131_072
    let keys = SampleKeys(count: count, key: RandomKey(seed: 7))
    let path = BrownianInterval<Double>(
      keys: keys, channelCount: 1, span: 0...1, hasArea: true)
    let left = path.ask(0, share, area: true)
    let right = path.ask(share, 1, area: true)
    let parts = [left.w, left.h, right.w, right.h]
    let variances = [share, share / 12, 1 - share, (1 - share) / 12]
    for a in 0..<4 {
      #expect(normalDistance(parts[a], variance: variances[a]) < normalDistanceLimit(count))
      for b in 0..<a {
        let scale = (variances[a] * variances[b]).squareRoot()
        #expect(
          abs(covariance(parts[a], parts[b])) < 5 * scale / Double(count).squareRoot())
      }
    }
  }

  @Test func theLawGivenTheWholeIsThatOfABridge() {
    let count = 65_536
    let path = BrownianInterval<Double>(
      keys: SampleKeys(count: count, key: RandomKey(seed: 8)), channelCount: 1, span: 0...2)
    let whole = path.ask(0, 2).w
    let part = path.ask(0, 0.6).w
    // given W over the whole, the part has mean 0.3 W and variance 0.6 · 1.4 / 2
    let rest = zip(part, whole).map { $0 - 0.3 * $1 }
    #expect(normalDistance(rest, variance: 0.42) < normalDistanceLimit(count))
    #expect(
      abs(covariance(rest, whole)) < 5 * (0.42 * 2).squareRoot() / Double(count).squareRoot())
  }

  @Test func halvesDependOnTheKeyAlone() {
    let keys = SampleKeys(count: 5, key: RandomKey(seed: 9))
    func make() -> BrownianInterval<Float> {
      BrownianInterval(
        keys: keys, channelCount: 2, span: 0...3, division: .halves(tolerance: 0.001))
    }
    var random = RandomKey(seed: 10).stream()
    let queries = (0..<1000).map { _ in
      let times = [random.nextUniform(0, 3), random.nextUniform(0, 3)].sorted()
      return (times[0], times[1])
    }
    let (forwards, backwards) = (make(), make())
    let answers = queries.map { forwards.ask($0.0, $0.1).w }
    for (query, answer) in zip(queries, answers).reversed() {
      #expect(backwards.ask(query.0, query.1).w == answer)
    }
  }

  @Test func halvesAndTheVirtualTreeAreTheSamePath() {
    let keys = SampleKeys(count: 128, key: RandomKey(seed: 11))
    let interval = Source.halves.make(keys: keys, channels: 3)
    let tree = Source.tree.make(keys: keys, channels: 3)
    var random = RandomKey(seed: 12).stream()
    for _ in 0..<50 {
      let (s, t) = lattice(&random)
      for (a, b) in zip(interval.ask(s, t).w, tree.ask(s, t).w) { #expect(abs(a - b) < 1e-12) }
    }
  }

  @Test(arguments: Source.allCases)
  func aSampleDoesNotDependOnItsBatch(source: Source) {
    let key = RandomKey(seed: 13)
    let batch = source.make(Float.self, keys: SampleKeys(count: 100, key: key), channels: 3)
    let alone = source.make(Float.self, keys: SampleKeys([key.split(77)]), channels: 3)
    for (s, t) in [(0.0, 0.5), (0.125, 0.140625), (0.0, 1.0)] {
      let (a, b) = (batch.ask(s, t).w, alone.ask(s, t).w)
      for channel in 0..<3 {
        #expect(a[(3 + channel) * panelWidth + 77 - 64] == b[channel * panelWidth])
      }
    }
  }

  @Test func singleAndDoublePrecisionAreTheSamePath() {
    let keys = SampleKeys(count: 40, key: RandomKey(seed: 14))
    let single = Source.intervalWithArea.make(Float.self, keys: keys, channels: 2)
    let double = Source.intervalWithArea.make(Double.self, keys: keys, channels: 2)
    for (s, t) in [(0.0, 0.25), (0.25, 0.5), (0.125, 0.375)] {
      let (a, b) = (single.ask(s, t, area: true), double.ask(s, t, area: true))
      // lanes behind the last sample are left open
      for (index, (x, y)) in zip(a.w + a.h, b.w + b.h).enumerated() where index % panelWidth < 40 {
        #expect(abs(Double(x) - y) < 2e-5)
      }
    }
  }

  @Test func emptyIncrementsAreZeroAndEndsAreForgiving() {
    let path = BrownianInterval<Double>(
      keys: SampleKeys(count: 2, key: RandomKey(seed: 15)), channelCount: 1, span: 0.1...0.7)
    #expect(path.ask(0.3, 0.3).w.allSatisfy { $0 == 0 })
    #expect(path.ask((0.1).nextDown, (0.7).nextUp).w == path.ask(0.1, 0.7).w)
  }

  @Test(arguments: [true, false])
  func goingForwardAndBackCostsFewBridges(isExpected: Bool) {
    let steps = 10_000
    let path = BrownianInterval<Float>(
      keys: SampleKeys(count: 1, key: RandomKey(seed: 16)), channelCount: 1, span: 0...1)
    let times = (0...steps).map { Double($0) / Double(steps) }
    if isExpected { path.expect(times: times) }
    let buffer = AlignedBuffer<Float>(count: panelWidth)
    for index in 0..<steps {
      path.query(
        from: times[index], to: times[index + 1], increment: buffer.pointer, area: nil)
    }
    let forward = path.bridgeCount
    for index in (0..<steps).reversed() {
      path.query(
        from: times[index], to: times[index + 1], increment: buffer.pointer, area: nil)
    }
    let backward = path.bridgeCount - forward
    #expect(Double(forward) / Double(steps) <= (isExpected ? 1.2 : 1.5))
    #expect(Double(backward) / Double(steps) <= (isExpected ? 1.2 : 3))
    #expect(Double(path.nodeCount) <= (isExpected ? 2.2 : 3.2) * Double(steps))
  }

  @Test func aLastStepOfARoundingErrorGrowsNoTree() {
    let path = BrownianInterval<Float>(
      keys: SampleKeys(count: 1, key: RandomKey(seed: 17)), channelCount: 1, span: 0...1)
    let buffer = AlignedBuffer<Float>(count: panelWidth)
    var time = 0.0
    for _ in 0..<200 {
      path.query(from: time, to: time + 0.0049, increment: buffer.pointer, area: nil)
      time += 0.0049
    }
    path.query(from: time, to: time + 1e-15, increment: buffer.pointer, area: nil)
    for _ in 0..<200 {
      path.query(from: time, to: time + 1e-15, increment: buffer.pointer, area: nil)
    }
    #expect(path.nodeCount < 2_500)
  }

  @Test func levyAreasHaveTheirMoments() {
    let count = 65_536
    let keys = SampleKeys(count: count, key: RandomKey(seed: 18))
    let path = BrownianInterval<Double>(keys: keys, channelCount: 2, span: 0...2, hasArea: true)
    let answer = path.ask(0, 2, area: true)
    for approximation in LevyArea.allCases {
      var (areas, rests, squares) = ([Double](), [Double](), [Double]())
      let output = AlignedBuffer<Double>(count: 4 * panelWidth)
      for panel in 0..<keys.panelCount {
        let offset = panel * 2 * panelWidth
        let (w, h) = (
          AlignedBuffer(answer.w[offset..<(offset + 2 * panelWidth)]),
          AlignedBuffer(answer.h[offset..<(offset + 2 * panelWidth)])
        )
        approximation.draw(
          from: 0, to: 2, panel: panel, increment: w.pointer, area: h.pointer, keys: keys,
          channelCount: 2, into: output.pointer)
        for lane in 0..<panelWidth {
          let a = output[panelWidth + lane]
          #expect(output[2 * panelWidth + lane] == -a)
          areas.append(a)
          rests.append(a - h[lane] * w[64 + lane] + w[lane] * h[64 + lane])
          squares.append(h[lane] * h[lane] + h[64 + lane] * h[64 + lane])
        }
      }
      // h = 2: Var A = h² / 4, Var B = h² / 12
      #expect(abs(covariance(areas, areas) - 1) < 0.05)
      #expect(abs(covariance(rests, rests) - 4.0 / 12) < 0.05 * 4 / 12)
      if approximation == .foster {
        let restSquares = rests.map { $0 * $0 }
        let slope = covariance(restSquares, squares) / covariance(squares, squares)
        #expect(abs(slope - 2.0 / 5) < 0.05 * 2 / 5)
        #expect(abs(mean(restSquares) - slope * mean(squares) - 4.0 / 20) < 0.05 * 4 / 20)
      }
    }
  }
}
