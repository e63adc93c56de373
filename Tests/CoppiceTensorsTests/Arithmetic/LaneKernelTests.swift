import CoppiceTensors
import Testing

@Suite("Kernels of products in every lane")
struct LaneKernelTests {
  static let sizes = [(1, 1), (2, 1), (1, 16), (3, 5), (8, 2), (33, 16)]

  @Test("matrices times vectors agree", arguments: InstructionSet.available, sizes)
  func products(set: InstructionSet, size: (rows: Int, terms: Int)) throws {
    var data = RandomData(seed: size.rows * 100 + size.terms)
    let left = data.floats(size.rows * size.terms * panelWidth)
    let right = data.floats(size.terms * panelWidth)
    let (wideLeft, wideRight) = (left.doubled, right.doubled)
    let found = Guarded(count: size.rows * panelWidth)
    try KernelArithmetic(set).laneProducts(
      rows: size.rows, terms: size.terms, left: left.pointer, right: right.pointer,
      output: found.pointer)
    let expected = AlignedBuffer<Double>(count: found.count)
    PlainArithmetic<Double>().laneProducts(
      rows: size.rows, terms: size.terms, left: wideLeft.pointer, right: wideRight.pointer,
      output: expected.pointer)
    #expect(relativeError(found.values, expected) <= tolerance)
    #expect(found.isIntact)
    // the last lane of the last row, by hand
    let sum = (0..<size.terms).reduce(0.0) { sum, term in
      let place = ((size.rows - 1) * size.terms + term) * panelWidth + panelWidth - 1
      return sum + wideLeft[place] * wideRight[term * panelWidth + panelWidth - 1]
    }
    #expect(abs(expected[expected.count - 1] - sum) <= 1e-12)
  }

  @Test("outer products agree, of one pair or two", arguments: InstructionSet.available, sizes)
  func outer(set: InstructionSet, size: (rows: Int, terms: Int)) throws {
    var data = RandomData(seed: size.rows * 10 + size.terms)
    let vectors = [size.rows, size.terms, size.rows, size.terms].map {
      data.floats($0 * panelWidth)
    }
    let wide = vectors.map(\.doubled)
    for (hasSecond, adding) in [(false, false), (false, true), (true, false), (true, true)] {
      let found = Guarded(count: size.rows * size.terms * panelWidth)
      let before = data.floats(found.count)
      found.pointer.update(from: before.pointer, count: found.count)
      let expected = before.doubled
      try KernelArithmetic(set).laneOuter(
        rows: size.rows, terms: size.terms, left: vectors[0].pointer, right: vectors[1].pointer,
        second: hasSecond ? (.init(vectors[2].pointer), .init(vectors[3].pointer)) : nil,
        adding: adding, output: found.pointer)
      PlainArithmetic<Double>().laneOuter(
        rows: size.rows, terms: size.terms, left: wide[0].pointer, right: wide[1].pointer,
        second: hasSecond ? (.init(wide[2].pointer), .init(wide[3].pointer)) : nil,
        adding: adding, output: expected.pointer)
      #expect(relativeError(found.values, expected) <= tolerance)
      #expect(found.isIntact)
      // row 0, term 0, lane 1, by hand
      let second = hasSecond ? wide[2][1] * wide[3][1] : 0
      let start = adding ? Double(before[1]) : 0
      #expect(abs(expected[1] - (start + wide[0][1] * wide[1][1] + second)) <= 1e-12)
    }
  }
}
