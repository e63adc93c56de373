import CCoppiceKernels

extension KernelArithmetic {
  /// How many of `count` numbers are not zero.
  public func nonZeroCount(count: Int, values: UnsafePointer<Float>) -> Int {
    table.pointee.count_nonzero(count, values)
  }

  /// Sets all but the `wanted` largest magnitudes to zero, and marks those that are left.
  public func keepLargest(
    _ wanted: Int, count: Int, values: UnsafeMutablePointer<Float>,
    mask: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutablePointer<UInt32>
  ) -> Int {
    table.pointee.keep_largest(count, wanted, values, mask, scratch)
  }

  /// Collects the ranks that lie in a bracket, in their order, and counts those that lie beyond it.
  ///
  /// - Parameters:
  ///   - bracket: What is looked for.
  ///   - flip: Bits that are turned over in a rank before it is compared; all of them to turn the
  ///     order around.
  ///   - count: How many ranks there are.
  ///   - ranks: `[count]`.
  ///   - found: `[count]`: the ranks within the bracket, as they were; what follows them is undefined. It
  ///     may be `ranks` itself.
  /// - Returns: How many lie within the bracket, and how many beyond its upper bound.
  /// - Complexity: O(count).
  public func collect(
    _ bracket: ClosedRange<UInt32>, flip: UInt32, count: Int, ranks: UnsafePointer<UInt32>,
    into found: UnsafeMutablePointer<UInt32>
  ) -> (within: Int, beyond: Int) {
    var beyond = 0
    let within = table.pointee.collect_ranks(
      count, ranks, flip, bracket.lowerBound, bracket.upperBound - bracket.lowerBound, found,
      &beyond)
    return (within, beyond)
  }
  /// Writes a mark for the ranks that reach a limit.
  ///
  /// - Parameters:
  ///   - lowest: The least rank that gets the mark.
  ///   - flip: Bits that are turned over in a rank before it is compared; all of them to turn the
  ///     order around.
  ///   - count: How many ranks there are.
  ///   - ranks: `[count]`.
  ///   - mark: What is written.
  ///   - marks: `[count]`; stays as it is where the rank is less.
  /// - Complexity: O(count).
  public func mark(
    from lowest: UInt32, flip: UInt32, count: Int, ranks: UnsafePointer<UInt32>, as mark: UInt8,
    in marks: UnsafeMutablePointer<UInt8>
  ) {
    table.pointee.mark_ranks(count, ranks, flip, lowest, mark, marks)
  }
}
