extension PlainArithmetic {
  /// y = a(W x + b) for one sample.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func denseForwardOne(
    _ shape: LayerShape, weights: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>,
    activation: FusedActivation, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>
  ) {
    for row in 0..<shape.outputs {
      var sum = bias[row]
      for column in 0..<shape.inputs {
        sum += weights[row * shape.inputs + column] * input[column]
      }
      output[row] = activation == .rectifier && sum < 0 ? 0 : sum
    }
  }

  /// y = a(W x + b) for one sample, W given by its kept weights.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func sparseForwardOne(
    _ topology: SparseTopology, values: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>,
    activation: FusedActivation, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>
  ) {
    let outputs = topology.shape.outputs
    for row in 0..<outputs { output[row] = bias[row] }
    for position in 0..<topology.positionCount {
      guard let (row, column) = topology.place(of: position) else { continue }
      output[row] += values[position] * input[column]
    }
    guard activation == .rectifier else { return }
    for row in 0..<outputs { output[row] = max(0, output[row]) }
  }
}
