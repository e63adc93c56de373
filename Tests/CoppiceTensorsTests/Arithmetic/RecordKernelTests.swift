import CoppiceTensors
import Testing

@Suite("Records into panels")
struct RecordKernelTests {
  @Test(
    "every wanted number lands in its lane and the rest is zero",
    arguments: InstructionSet.available, [1, 15, 16, 40, 64])
  func transposeRows(set: InstructionSet, rowCount: Int) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: rowCount)
    let recordCount = 300
    for (stride, first, count) in [(42, 0, 17), (42, 17, 6), (42, 41, 1), (64, 3, 61), (16, 0, 16)]
    {
      let records = data.floats(recordCount * stride)
      let rows = (0..<rowCount).map { index in
        Int64(index == 0 ? recordCount - 1 : data.index(below: recordCount))
      }
      let panel = Guarded(count: count * panelWidth)
      kernels.prefetch(
        records: records.pointer, recordStride: stride, rows: rows, rowCount: rowCount)
      kernels.transposeRows(
        records: records.pointer, recordStride: stride, rows: rows, rowCount: rowCount,
        first: first, count: count, panel: panel.pointer)
      let expected = (0..<count).flatMap { feature in
        (0..<panelWidth).map { lane in
          lane < rowCount ? records[Int(rows[lane]) * stride + first + feature] : 0
        }
      }
      #expect(panel.values == expected)
      #expect(panel.isIntact)
    }
  }
}
