import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Records into panels")
struct RecordKernelTests {
  @Test(
    "every number lands in the lane and the panel of its field and the rest is zero",
    arguments: InstructionSet.available, [1, 15, 16, 40, 64])
  func transposeRecords(set: InstructionSet, rowCount: Int) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: rowCount)
    let recordCount = 300
    for (stride, counts) in [
      (42, [23, 17, 2]), (48, [23, 17, 2]), (64, [3, 1, 57]), (16, [8, 7, 1]), (5, [1, 1, 1]),
      (768, [393, 348, 2]),
    ] {
      let records = data.floats(recordCount * stride)
      let rows = (0..<rowCount).map { index in
        Int64(index == 0 ? recordCount - 1 : data.index(below: recordCount))
      }
      let panels = counts.map { Guarded(count: $0 * panelWidth) }
      let fields = zip(counts, panels).map { RecordField(count: $0, panel: $1.pointer) }
      kernels.prefetch(
        records: records.pointer, recordStride: stride, rows: rows, rowCount: rowCount)
      kernels.transposeRecords(
        records: records.pointer, recordStride: stride, rows: rows, rowCount: rowCount,
        fields: (fields[0], fields[1], fields[2]))
      var first = 0
      for (count, panel) in zip(counts, panels) {
        let expected = (0..<count).flatMap { feature in
          (0..<panelWidth).map { lane in
            lane < rowCount ? records[Int(rows[lane]) * stride + first + feature] : 0
          }
        }
        #expect(panel.values == expected)
        #expect(panel.isIntact)
        first += count
      }
    }
  }

  @Test(
    "bytes come into their lanes, and lanes without a row are zero",
    arguments: InstructionSet.available, [0, 1, 15, 16, 40, 64])
  func transposeBytes(set: InstructionSet, rowCount: Int) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: rowCount)
    let recordCount = 90
    for count in [1, 7, 15, 16, 17, 64, 355] {
      let records = (0..<(recordCount * count)).map { _ in UInt8(data.index(below: 256)) }
      let rows = (0..<rowCount).map { index in
        Int64(index == 0 ? recordCount - 1 : data.index(below: recordCount + 9) - 9)
      }
      let panel = Guarded(count: count * panelWidth)
      kernels.transposeBytes(
        records: records, count: count, rows: rows, rowCount: rowCount, unit: 1 / 127,
        panel: panel.pointer)
      var expected = [Float](repeating: 0, count: count * panelWidth)
      for (lane, row) in rows.enumerated() where row >= 0 {
        for feature in 0..<count {
          expected[feature * panelWidth + lane] =
            Float(records[Int(row) * count + feature]) * (1 / 127)
        }
      }
      #expect(panel.values == expected)
      #expect(panel.isIntact)
    }
  }

  @Test(
    "lanes become bytes, cut and rounded", arguments: InstructionSet.available,
    [0, 1, 15, 16, 40, 64])
  func packBytes(set: InstructionSet, rowCount: Int) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: rowCount)
    let recordCount = 100
    for count in [1, 7, 15, 16, 17, 64, 355] {
      let panel = data.floats(count * panelWidth)
      let odd: [Float] = [0, 1, 2, 1.5, 3, -1, .infinity, -.infinity, .nan]
      for (place, number) in odd.enumerated() { panel[place] = number }
      let rows = (0..<rowCount).map { Int64(($0 * 37 + 5) % recordCount) }
      var records = [UInt8](repeating: 99, count: recordCount * count)
      var expected = records
      for (lane, row) in rows.enumerated() {
        for feature in 0..<count {
          let number = panel[feature * panelWidth + lane]
          let cut = number.isNaN ? 0 : min(max(number, 0), 2)
          expected[Int(row) * count + feature] = UInt8(Float(0.5).addingProduct(cut, 127))
        }
      }
      kernels.packBytes(
        panel: panel.pointer, count: count, most: 2, units: 127, rows: rows, rowCount: rowCount,
        records: &records)
      #expect(records == expected)
    }
  }

  @Test("rows are those of the stream of the key", arguments: InstructionSet.available)
  func drawRows(set: InstructionSet) throws {
    let kernels = try KernelArithmetic(set)
    // of the last two bounds many words are refused, so that the words move on by other steps
    for bound in [1, 2, 50, 1_000_000, 1 << 40, 3 << 61, Int.max] {
      for count in [1, 7, 64, 65] {
        let key = RandomKey(seed: UInt64(count)).split(bound)
        var stream = key.stream()
        let expected = (0..<count).map { _ in Int64(stream.nextIndex(below: bound)) }
        var rows = [Int64](repeating: -1, count: count + 1)
        kernels.drawRows(key: key.bits, below: bound, count: count, into: &rows)
        #expect(rows == expected + [-1])
      }
    }
  }
}
