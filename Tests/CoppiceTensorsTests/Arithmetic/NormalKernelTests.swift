import CoppiceRandom
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Normal numbers")
struct NormalKernelTests {
  private func normals(
    _ set: InstructionSet, count: Int, key: UInt64 = 0x0123_4567_89AB_CDEF, counter: UInt64 = 0
  ) throws -> [Float] {
    let output = Guarded(count: count)
    try KernelArithmetic(set).fillNormal(
      key: key, counter: counter, count: count, into: output.pointer)
    #expect(output.isIntact)
    return output.values
  }

  /// The four normals of a block, as the documentation says.
  private func block(_ number: UInt64, key: RandomKey) -> [Double] {
    let words = Philox.block(
      at: Philox.Block(
        UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), 0, 1),
      key: key.words)
    return [(words.x, words.y), (words.z, words.w)].flatMap { first, second in
      // rounded to single precision, for the logarithm near 1 magnifies the difference
      let uniform = (Float(first >> 1) * 0x1p-31).addingProduct(1, 0x1p-32)
      let radius = (-2 * log(Double(uniform))).squareRoot()
      let angle = 2 * Double.pi * Double(second >> 8) * 0x1p-24
      return [radius * cos(angle), radius * sin(angle)]
    }
  }

  @Test("words are the blocks of Philox", arguments: InstructionSet.available)
  func words(set: InstructionSet) throws {
    let key = RandomKey(seed: 9)
    for (counter, count) in [(0, 4), (3, 1001), (0xFFFF_FFF0, 133), (77, 1)] as [(UInt64, Int)] {
      let output = Guarded(count: count)
      try output.pointer.withMemoryRebound(to: UInt32.self, capacity: count) {
        try KernelArithmetic(set).fillWords(
          key: key.bits, counter: counter, count: count, into: $0)
      }
      #expect(output.isIntact)
      let expected = (0..<UInt64(count + 3) / 4).flatMap { offset in
        let number = counter + offset
        let block = Philox.block(
          at: Philox.Block(
            UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), 0, 0),
          key: key.words)
        return (0..<4).map { block[$0] }
      }
      #expect(output.values.map(\.bitPattern) == Array(expected.prefix(count)))
    }
  }

  @Test("agree with the blocks of Philox", arguments: InstructionSet.available)
  func blocks(set: InstructionSet) throws {
    let key = RandomKey(seed: 8)
    for (counter, count) in [(0, 4), (3, 1000), (0xFFFF_FFF0, 133), (77, 1)] as [(UInt64, Int)] {
      let found = try normals(set, count: count, key: key.bits, counter: counter)
      let expected = (0..<UInt64(count + 3) / 4).flatMap { block(counter + $0, key: key) }
      let error = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 1
      #expect(error <= 1e-5)
    }
  }

  @Test("a stream continues at any block", arguments: InstructionSet.available)
  func continuing(set: InstructionSet) throws {
    let whole = try normals(set, count: 400)
    #expect(try normals(set, count: 360, counter: 10) == Array(whole[40...]))
  }

  @Test("have the moments and the distribution of a normal", arguments: InstructionSet.available)
  func distribution(set: InstructionSet) throws {
    let count = 1 << 18
    let values = try normals(set, count: count).map(Double.init)
    let size = Double(count)
    func mean(_ of: (Double) -> Double) -> Double { values.reduce(0) { $0 + of($1) } / size }
    // each bound is about four standard errors
    #expect(abs(mean { $0 }) < 4 / size.squareRoot())
    #expect(abs(mean { $0 * $0 } - 1) < 4 * (2 / size).squareRoot())
    #expect(abs(mean { $0 * $0 * $0 }) < 4 * (15 / size).squareRoot())
    #expect(abs(mean { $0 * $0 * $0 * $0 } - 3) < 4 * (96 / size).squareRoot())

    // Kolmogorov–Smirnov: 1.95 / √n is its 99.9 % point
    var distance = 0.0
    for (rank, value) in values.sorted().enumerated() {
      let probability = 0.5 * erfc(-value / 2.0.squareRoot())
      distance = max(
        distance, probability - Double(rank) / size, Double(rank + 1) / size - probability)
    }
    #expect(distance < 1.95 / size.squareRoot())

    for limit in [2.0, 3.0, 4.0] {
      let expected = size * erfc(limit / 2.0.squareRoot())
      let beyond = Double(values.count { abs($0) > limit })
      #expect(abs(beyond - expected) < 4 * expected.squareRoot() + 1)
    }
    #expect((values.map(abs).max() ?? 0) < 6.7)
  }

  @Test("neighbours are independent", arguments: InstructionSet.available)
  func independence(set: InstructionSet) throws {
    let count = 1 << 18
    let values = try normals(set, count: count, key: 42).map(Double.init)
    for lag in [1, 2, 3, 4, 16, 64] {
      var products = 0.0
      var squares = 0.0
      for index in 0..<(count - lag) {
        products += values[index] * values[index + lag]
        squares +=
          (values[index] * values[index] - 1) * (values[index + lag] * values[index + lag] - 1)
      }
      #expect(abs(products) < 4 * Double(count).squareRoot())
      #expect(abs(squares) < 8 * Double(count).squareRoot())
    }
  }
}
