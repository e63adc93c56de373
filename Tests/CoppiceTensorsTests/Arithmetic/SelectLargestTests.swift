import CoppiceTensors
import Testing

@Suite("N of M projection")
struct SelectLargestTests {
  static let shapes = [(1, 1), (1, 40), (6, 64), (16, 32), (33, 23), (40, 17), (48, 70), (70, 48)]
    .map { LayerShape(outputs: $0.0, inputs: $0.1) }

  private func selection<Arithmetic: PanelArithmetic>(
    _ arithmetic: Arithmetic, _ shape: LayerShape, keep kept: Int, of group: Int, axis: WeightAxis,
    _ weights: [Arithmetic.Scalar]
  ) -> [UInt8] {
    var mask = [UInt8](repeating: 9, count: shape.weightCount + 64)
    let weights = AlignedBuffer(weights)
    arithmetic.selectLargest(
      shape, keep: kept, of: group, axis: axis, weights: weights.pointer, mask: &mask)
    return mask
  }

  @Test(
    "agrees exactly with the plain loops, ties and odd numbers included",
    arguments: InstructionSet.available, shapes)
  func agrees(set: InstructionSet, shape: LayerShape) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: shape.weightCount)
    for group in [1, 2, 3, 4, 8, 16, 32] {
      for kept in Set([1, group / 2, group - 1, group]) where kept > 0 {
        for axis in WeightAxis.allCases {
          // few different magnitudes, so that most groups hold ties
          let weights = (0..<shape.weightCount).map { _ in
            let value = Float(data.index(below: 7) - 3) * 0.25
            return data.index(below: 40) == 0
              ? [.nan, .infinity, -0.0][data.index(below: 3)] : value
          }
          let found = selection(kernels, shape, keep: kept, of: group, axis: axis, weights)
          let expected = selection(
            PlainArithmetic<Float>(), shape, keep: kept, of: group, axis: axis, weights)
          #expect(found == expected, "\(kept) of \(group), \(axis)")
        }
      }
    }
  }

  @Test("weights that differ in the last bit are told apart", arguments: InstructionSet.available)
  func lastBit(set: InstructionSet) throws {
    let shape = LayerShape(outputs: 32, inputs: 32)
    var weights = [Float](repeating: 1, count: shape.weightCount)
    for row in 0..<32 { weights[row * 32 + row] = Float(1).nextUp }
    let mask = selection(
      try KernelArithmetic(set), shape, keep: 1, of: 32, axis: .input, weights)
    for row in 0..<32 {
      #expect(mask[row * 32..<(row + 1) * 32].firstIndex(of: 1) == row * 32 + row)
    }
  }

  @Test("the plain loops keep the largest, ties to the lower index, ragged groups whole")
  func plain() {
    let shape = LayerShape(outputs: 1, inputs: 6)
    let mask = selection(
      PlainArithmetic<Double>(), shape, keep: 2, of: 4, axis: .input, [1, -3, 3, 3, 0, 0.5])
    #expect(mask.prefix(6) == [0, 1, 1, 0, 1, 1])
    let column = selection(
      PlainArithmetic<Double>(), LayerShape(outputs: 3, inputs: 2), keep: 1, of: 2, axis: .output,
      [1, .nan, -2, 5, 0, 0])
    #expect(column.prefix(6) == [0, 1, 1, 0, 1, 1])
  }
}
