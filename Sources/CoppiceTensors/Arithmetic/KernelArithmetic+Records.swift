import CCoppiceKernels

extension KernelArithmetic {
  /// Gathers records into a panel: panel[f][lane] = records[rows[lane]][first + f].
  ///
  /// Lanes from `rowCount` on become 0. Where the rows are far apart in a large array, call
  /// ``prefetch(records:recordStride:rows:rowCount:)`` for the next panel first.
  ///
  /// - Parameters:
  ///   - records: Rows of `recordStride` numbers.
  ///   - recordStride: Numbers from one record to the next.
  ///   - rows: `[rowCount]`, which records.
  ///   - rowCount: At most 64.
  ///   - first: The first number of each record that is wanted.
  ///   - count: How many numbers are wanted.
  ///   - panel: `[count, 64]`.
  public func transposeRows(
    records: UnsafePointer<Float>, recordStride: Int, rows: UnsafePointer<Int64>, rowCount: Int,
    first: Int, count: Int, panel: UnsafeMutablePointer<Float>
  ) {
    table.pointee.transpose_rows(records, recordStride, rows, rowCount, first, count, panel)
  }

  /// Asks the memory for records that will be read soon.
  public func prefetch(
    records: UnsafePointer<Float>, recordStride: Int, rows: UnsafePointer<Int64>, rowCount: Int
  ) {
    coppice_prefetch_rows(records, recordStride, recordStride, rows, rowCount)
  }
}
