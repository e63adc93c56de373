import CCoppiceKernels

extension KernelArithmetic {
  /// y = a(W x + b) for one sample.
  public func denseForwardOne(
    _ shape: LayerShape, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    activation: FusedActivation, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.dense_forward_one(
      shape.forKernels, weights, bias, activation == .rectifier ? 1 : 0, input, output)
  }

  /// y = a(W x + b) for one sample, W given by its kept weights.
  public func sparseForwardOne(
    _ topology: SparseTopology, values: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    activation: FusedActivation, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    topology.format.forwardOne(
      table, values: values, bias: bias, rectify: activation == .rectifier, input: input,
      output: output)
  }
}
