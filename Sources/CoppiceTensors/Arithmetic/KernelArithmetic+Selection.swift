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
}
