import CCoppiceKernels

/// Some consecutive numbers of a record, and the panel that they are gathered into.
public struct RecordField {
  let forKernels: coppice_field

  /// The next `count` numbers of a record go to `panel`, `[count, 64]`.
  public init(count: Int, panel: UnsafeMutablePointer<Float>) {
    forKernels = coppice_field(count: count, panel: panel)
  }
}

extension KernelArithmetic {
  /// Draws row numbers uniformly: exactly those that `RandomStream.nextIndex(below:)` gives for the
  /// same key, one after the other.
  ///
  /// - Parameters:
  ///   - key: `RandomKey.bits` of the stream.
  ///   - bound: How many rows there are; positive.
  ///   - count: How many numbers are drawn.
  ///   - rows: Receives `[count]`.
  /// - Complexity: About two nanoseconds for each number with AVX-512.
  public func drawRows(
    key: UInt64, below bound: Int, count: Int, into rows: UnsafeMutablePointer<Int64>
  ) {
    precondition(bound > 0, "rows are drawn from at least one, found \(bound)")
    table.pointee.draw_rows(key, UInt64(bound), count, rows)
  }

  /// Gathers records into panels, each record read once: fields lie one behind the other in a record,
  /// number f of a field goes to its panel[f][lane].
  ///
  /// Lanes from `rowCount` on become 0. Where the rows are far apart in a large array, call
  /// ``prefetch(records:recordStride:rows:rowCount:)`` first. Up to one vector behind the last
  /// field is read.
  ///
  /// - Parameters:
  ///   - records: Rows of `recordStride` numbers.
  ///   - recordStride: Numbers from one record to the next.
  ///   - rows: `[rowCount]`, which records.
  ///   - rowCount: At most 64.
  ///   - fields: What records consist of, from their first number on.
  public func transposeRecords(
    records: UnsafePointer<Float>, recordStride: Int, rows: UnsafePointer<Int64>, rowCount: Int,
    fields: (RecordField, RecordField, RecordField)
  ) {
    withUnsafeTemporaryAllocation(of: coppice_field.self, capacity: 3) { list in
      list.initializeElement(at: 0, to: fields.0.forKernels)
      list.initializeElement(at: 1, to: fields.1.forKernels)
      list.initializeElement(at: 2, to: fields.2.forKernels)
      if let start = list.baseAddress {
        table.pointee.transpose_records(records, recordStride, rows, rowCount, start, 3)
      }
    }
  }

  /// Asks the memory for records that will be read soon.
  public func prefetch(
    records: UnsafePointer<Float>, recordStride: Int, rows: UnsafePointer<Int64>, rowCount: Int
  ) {
    let stride = recordStride * MemoryLayout<Float>.stride
    coppice_prefetch_rows(records, stride, stride, rows, rowCount)
  }

  // MARK: Records of bytes

  /// Gathers records of bytes into a panel: number f of record `rows[lane]` times `unit` goes to panel[f][lane].
  ///
  /// Lanes whose row is negative and those from `rowCount` on become 0. All records are asked for before the
  /// first is read.
  ///
  /// - Parameters:
  ///   - records: Rows of `count` bytes.
  ///   - count: Bytes of a record.
  ///   - rows: `[rowCount]`, which records.
  ///   - rowCount: At most 64.
  ///   - unit: What a byte of 1 stands for.
  ///   - panel: Receives `[count, 64]`.
  public func transposeBytes(
    records: UnsafePointer<UInt8>, count: Int, rows: UnsafePointer<Int64>, rowCount: Int,
    unit: Float, panel: UnsafeMutablePointer<Float>
  ) {
    coppice_prefetch_rows(records, count, count, rows, rowCount)
    table.pointee.transpose_bytes(records, count, rows, rowCount, count, unit, panel)
  }

  /// Writes lanes of a panel to records of bytes.
  ///
  /// Byte f of record `rows[lane]` is panel[f][lane], cut to 0 and `most`, times `units`, rounded to the nearest, a
  /// half upwards. A number that is none counts 0.
  ///
  /// - Parameters:
  ///   - panel: `[count, 64]`.
  ///   - count: Bytes of a record.
  ///   - most: What numbers are cut to.
  ///   - units: What byte stands for 1; `most` times that is below 255.5.
  ///   - rows: `[rowCount]`, which record each lane goes to.
  ///   - rowCount: At most 64.
  ///   - records: Rows of `count` bytes.
  public func packBytes(
    panel: UnsafePointer<Float>, count: Int, most: Float, units: Float,
    rows: UnsafePointer<Int64>, rowCount: Int, records: UnsafeMutablePointer<UInt8>
  ) {
    precondition(most * units < 255.5, "\(most) times \(units) is no byte")
    table.pointee.pack_bytes(panel, count, most, units, rows, rowCount, records, count)
  }
}
