import CoppiceRandom
import CoppiceTensors
import Testing

struct LaneNormalsTests {
  private func keys() -> (AlignedBuffer<UInt32>, AlignedBuffer<UInt32>) {
    let words = (0..<panelWidth).map { RandomKey(seed: 9).split($0).words }
    return (AlignedBuffer(words.map(\.x)), AlignedBuffer(words.map(\.y)))
  }

  @Test(arguments: InstructionSet.available, [1, 2, 3, 4, 7, 16, 30])
  func kernelsGiveThePlainNumbers(set: InstructionSet, rows: Int) throws {
    let (low, high) = keys()
    let arithmetic = try KernelArithmetic(set)
    let node: UInt64 = 0x1234_5678_9ABC_DEF0
    let fast = AlignedBuffer<Float>(count: rows * panelWidth)
    let plain = AlignedBuffer<Double>(count: rows * panelWidth)
    arithmetic.laneNormals(
      rows: rows, lanes: 64, lowKeys: low.pointer, highKeys: high.pointer, node: node, stream: 5,
      output: fast.pointer)
    PlainArithmetic<Double>().laneNormals(
      rows: rows, lanes: 64, lowKeys: low.pointer, highKeys: high.pointer, node: node, stream: 5,
      output: plain.pointer)
    for element in 0..<(rows * panelWidth) {
      // the kernel's logarithm and angle are good to some 1e-7 of a radius of up to 6.6
      #expect(abs(Double(fast[element]) - plain[element]) < 5e-6)
    }
  }

  @Test(arguments: InstructionSet.available)
  func aNumberDoesNotDependOnRowsOrLanesBesideIt(set: InstructionSet) throws {
    let (low, high) = keys()
    let arithmetic = try KernelArithmetic(set)
    let all = AlignedBuffer<Float>(count: 8 * panelWidth)
    let few = AlignedBuffer<Float>(count: 3 * panelWidth)
    for (rows, lanes, output) in [(8, 64, all), (3, 5, few)] {
      arithmetic.laneNormals(
        rows: rows, lanes: lanes, lowKeys: low.pointer, highKeys: high.pointer, node: 7, stream: 1,
        output: output.pointer)
    }
    for row in 0..<3 {
      for lane in 0..<5 {
        #expect(all[row * panelWidth + lane] == few[row * panelWidth + lane])
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func swishIsThePlainOneWithItsDerivative(set: InstructionSet) throws {
    var random = RandomKey(seed: 4).stream()
    for count in [1, 7, 64, 131] {
      let numbers = (0..<count).map { _ in random.nextNormal() * 8 } + [-200, 200, 0]
      let fast = AlignedBuffer(numbers.map { Float($0) })
      let slopes = AlignedBuffer<Float>(count: fast.count)
      let plain = AlignedBuffer(fast.elements.map { Double($0) })
      let plainSlopes = AlignedBuffer<Double>(count: fast.count)
      try KernelArithmetic(set).swish(
        count: fast.count, scale: 0.909, values: fast.pointer, slopes: slopes.pointer)
      PlainArithmetic<Double>().swish(
        count: fast.count, scale: 0.909, values: plain.pointer, slopes: plainSlopes.pointer)
      for element in 0..<fast.count {
        #expect(abs(Double(fast[element]) - plain[element]) <= 1e-6 * max(1, abs(plain[element])))
        #expect(abs(Double(slopes[element]) - plainSlopes[element]) <= 2e-6)
      }
    }
  }
}
