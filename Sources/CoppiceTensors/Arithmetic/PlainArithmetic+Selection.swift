extension PlainArithmetic {
  /// How many of `count` numbers are not zero.
  public func nonZeroCount(count: Int, values: UnsafePointer<Scalar>) -> Int {
    (0..<count).count { values[$0] != 0 }
  }

  /// Sets all but the `wanted` largest magnitudes to zero, and marks those that are left.
  public func keepLargest(
    _ wanted: Int, count: Int, values: UnsafeMutablePointer<Scalar>,
    mask: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let strongest = (0..<count).filter { values[$0] != 0 }.sorted { first, second in
      let (a, b) = (values[first].magnitude, values[second].magnitude)
      if a.isNaN || b.isNaN { return a.isNaN && (!b.isNaN || first < second) }
      return a > b || (a == b && first < second)
    }
    for index in 0..<count { mask[index] = 0 }
    for index in strongest.prefix(wanted) { mask[index] = 1 }
    for index in 0..<count where mask[index] == 0 { values[index] = 0 }
    return min(wanted, strongest.count)
  }
}
