import CCoppiceKernels

extension KernelArithmetic {
  /// output[r] = Σ left[r, k] right[k] in every lane of a panel.
  public func laneProducts(
    rows: Int, terms: Int, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.lane_products(rows, terms, left, right, output)
  }

  /// output[r, k] = left[r] right[k] in every lane of a panel, and `second` likewise.
  public func laneOuter(
    rows: Int, terms: Int, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    second: (left: UnsafePointer<Float>, right: UnsafePointer<Float>)?, adding: Bool,
    output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.lane_outer(
      rows, terms, left, right, second?.left, second?.right, adding ? 1 : 0, output)
  }
}
