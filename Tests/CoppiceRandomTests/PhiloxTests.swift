import CoppiceRandom
import Testing

@Suite("Philox 4×32-10")
struct PhiloxTests {
  /// The known answers of the Random123 library (`kat_vectors`, philox4x32 with 10 rounds).
  @Test(
    "agrees with the published known answers",
    arguments: [
      (
        Philox.Block(repeating: 0), SIMD2<UInt32>(repeating: 0),
        Philox.Block(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
      ),
      (
        Philox.Block(repeating: .max), SIMD2<UInt32>(repeating: .max),
        Philox.Block(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
      ),
      (
        Philox.Block(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        SIMD2<UInt32>(0xa409_3822, 0x299f_31d0),
        Philox.Block(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
      ),
    ])
  func knownAnswers(counter: Philox.Block, key: SIMD2<UInt32>, expected: Philox.Block) {
    #expect(Philox.block(at: counter, key: key) == expected)
  }
}

@Suite("Random keys and streams")
struct RandomKeyTests {
  @Test("labels, indices and seeds give different keys, and the same ones every time")
  func splitting() {
    let root = RandomKey(seed: 1)
    var keys: Set<RandomKey> = [
      root, RandomKey(seed: 2), root.split("noise"), root.split("replay"),
    ]
    for index in 0..<1000 { keys.insert(root.split(index)) }
    #expect(keys.count == 1004)
    #expect(root.split("noise").split(3) == RandomKey(seed: 1).split("noise").split(3))
  }

  @Test("a stream continues from its position")
  func position() {
    var whole = RandomKey(seed: 5).stream()
    let words = (0..<9).map { _ in whole.next() }
    var rest = RandomStream(key: RandomKey(seed: 5), position: 4)
    #expect((4..<9).map { _ in rest.next() } == Array(words[4...]))
  }

  @Test("normals have mean 0, variance 1 and the right tails")
  func normalMoments() {
    var stream = RandomKey(seed: 11).stream()
    let count = 200_000
    let values = (0..<count).map { _ in stream.nextNormal() }
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    let tail = Double(values.count { abs($0) > 1.959964 }) / Double(count)
    #expect(abs(mean) < 0.01)
    #expect(abs(variance - 1) < 0.02)
    #expect(abs(tail - 0.05) < 0.003)
  }

  @Test("indices are uniform, also for a bound that does not divide 2⁶⁴")
  func indices() {
    var stream = RandomKey(seed: 3).stream()
    var histogram = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { histogram[stream.nextIndex(below: 7)] += 1 }
    // χ² with 6 degrees of freedom: 22.5 is its 99.9 % point
    let statistic = histogram.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(statistic < 22.5)
  }
}
