import CoppiceRandom

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension PlainArithmetic {
  /// x ← s x σ(x), and the derivative of it.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func swish(
    count: Int, scale: Scalar, values: UnsafeMutablePointer<Scalar>,
    slopes: UnsafeMutablePointer<Scalar>?
  ) {
    for element in 0..<count {
      let x = Double(values[element])
      let logistic = 1 / (1 + exp(-x))
      values[element] = Scalar(Double(scale) * x * logistic)
      slopes?[element] = Scalar(Double(scale) * logistic * (1 + x * (1 - logistic)))
    }
  }

  /// Standard normals for rows of a panel, in which each lane has a key of its own.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func laneNormals(
    rows: Int, lanes: Int, lowKeys: UnsafePointer<UInt32>, highKeys: UnsafePointer<UInt32>,
    node: UInt64, stream: UInt32, output: UnsafeMutablePointer<Scalar>
  ) {
    for row in stride(from: 0, to: rows, by: 4) {
      for lane in 0..<lanes {
        let block = Philox.block(
          at: Philox.Block(
            UInt32(row / 4), stream, UInt32(truncatingIfNeeded: node),
            UInt32(truncatingIfNeeded: node >> 32)),
          key: SIMD2(lowKeys[lane], highKeys[lane]))
        let pairs = (normalPair(block.x, block.y), normalPair(block.z, block.w))
        let place = output + row * panelWidth + lane
        place[0] = Scalar(pairs.0.cosine)
        if row + 1 < rows { place[panelWidth] = Scalar(pairs.0.sine) }
        if row + 2 < rows { place[2 * panelWidth] = Scalar(pairs.1.cosine) }
        if row + 3 < rows { place[3 * panelWidth] = Scalar(pairs.1.sine) }
      }
    }
  }
}

/// Two independent standard normals from two random words, by the Box–Muller transform.
private func normalPair(_ first: UInt32, _ second: UInt32) -> (cosine: Double, sine: Double) {
  let radius = (-2 * log((Double(first >> 1) + 0.5) * 0x1p-31)).squareRoot()
  let angle = 2 * Double.pi * Double(second >> 8) * 0x1p-24
  return (radius * cos(angle), radius * sin(angle))
}
