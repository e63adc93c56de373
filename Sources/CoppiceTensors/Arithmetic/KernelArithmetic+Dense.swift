import CCoppiceKernels

extension KernelArithmetic {
  /// y = a(W x + b) for one panel.
  public func denseForward(
    _ shape: LayerShape, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    activation: FusedActivation, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    table.pointee.dense_forward(
      shape.forKernels, weights, bias, activation == .rectifier ? 1 : 0, input, output)
  }

  /// Rows `columns` of Wᵀ δ for one panel, zeroed where `gate` is not positive.
  public func denseBackwardData(
    _ shape: LayerShape, columns: Range<Int>, weights: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, gate: UnsafePointer<Float>?,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    table.pointee.dense_backward_data(
      shape.forKernels, columns.lowerBound, columns.count, weights, outputGradient, gate,
      inputGradient)
  }

  /// How many numbers of scratch the transposed inputs of a batch take.
  public func transposedCount(_ shape: LayerShape, panelCount: Int) -> Int {
    table.pointee.transposed_count(shape.forKernels, panelCount)
  }

  /// Transposes input panel `panel` into the scratch of the backward pass.
  public func transpose(
    _ shape: LayerShape, panel: Int, panelCount: Int, input: UnsafePointer<Float>,
    transposed: UnsafeMutablePointer<Float>
  ) {
    table.pointee.transpose(shape.forKernels, panel, panelCount, input, transposed)
  }

  /// ∂W = Σ δ xᵀ and ∂b = Σ δ over all panels, for the rows of `part`, written or added.
  public func denseBackwardWeights(
    _ shape: LayerShape, part: Part, inputs: PanelRun<Float>, outputGradients: PanelRun<Float>,
    transposed: UnsafePointer<Float>?, adding: Bool, weightGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>
  ) {
    let rows = part.range(of: shape.outputs)
    table.pointee.dense_backward_weights(
      shape.forKernels, rows.lowerBound, rows.upperBound, inputs.forKernels,
      outputGradients.forKernels, transposed, adding ? 1 : 0, weightGradient, biasGradient)
  }
}
