import CCoppiceKernels

extension KernelArithmetic {
  /// x ← s x σ(x), and the derivative of it; both to about 3e-7 of their size.
  public func swish(
    count: Int, scale: Float, values: UnsafeMutablePointer<Float>,
    slopes: UnsafeMutablePointer<Float>?
  ) {
    table.pointee.swish(count, scale, values, slopes)
  }

  /// Standard normals for rows of a panel, in which each lane has a key of its own.
  public func laneNormals(
    rows: Int, lanes: Int, lowKeys: UnsafePointer<UInt32>, highKeys: UnsafePointer<UInt32>,
    node: UInt64, stream: UInt32, output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.lane_normals(rows, lanes, lowKeys, highKeys, node, stream, output)
  }
}
