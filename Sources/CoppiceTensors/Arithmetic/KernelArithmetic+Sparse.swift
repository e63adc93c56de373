import CCoppiceKernels

extension KernelArithmetic {
  /// y = a(W x + b) for one panel, W given by its kept weights.
  public func sparseForward(
    _ topology: SparseTopology, values: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    activation: FusedActivation, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: topology.forward.forKernels) { index in
      table.pointee.sparse_product(
        index, values, bias, activation == .rectifier ? 1 : 0, nil, input, output)
    }
  }

  /// Rows `topology.gradientColumns` of Wᵀ δ for one panel, zeroed where `gate` is not positive.
  public func sparseBackwardData(
    _ topology: SparseTopology, transposedValues: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, gate: UnsafePointer<Float>?,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: topology.backward.forKernels) { index in
      table.pointee.sparse_product(
        index, transposedValues, nil, 0, gate, outputGradient, inputGradient)
    }
  }

  /// The gradients of the kept weights, and ∂b, over all panels, for the share of `part`.
  public func sparseBackwardWeights(
    _ topology: SparseTopology, part: Part, inputs: PanelRun<Float>,
    outputGradients: PanelRun<Float>, valueGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>
  ) {
    let slots = topology.forward.slots(of: part)
    withUnsafePointer(to: topology.forward.forKernels) { index in
      table.pointee.sparse_backward_weights(
        index, slots.lowerBound, slots.upperBound, inputs.forKernels, outputGradients.forKernels,
        valueGradient)
    }
    let rows = part.range(of: topology.shape.outputs)
    table.pointee.bias_gradient(
      rows.lowerBound, rows.upperBound, outputGradients.forKernels, biasGradient)
  }

  /// Brings the kept weights into the order of the backward index.
  public func refill(
    _ topology: SparseTopology, values: UnsafePointer<Float>,
    transposedValues: UnsafeMutablePointer<Float>
  ) {
    table.pointee.gather(
      topology.backward.keptCount, topology.backwardSource.pointer, values, transposedValues)
  }

  /// values[k] = dense[where kept weight k lies].
  public func gather(
    _ topology: SparseTopology, dense: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>
  ) {
    table.pointee.gather(topology.keptCount, topology.denseIndex.pointer, dense, values)
  }

  /// dense[where kept weight k lies] = values[k]; the other weights are left alone.
  public func scatter(
    _ topology: SparseTopology, values: UnsafePointer<Float>, dense: UnsafeMutablePointer<Float>
  ) {
    table.pointee.scatter(topology.keptCount, topology.denseIndex.pointer, values, dense)
  }

  /// mask = 1 where a weight is among the `kept` largest magnitudes of its group, else 0.
  public func selectLargest(
    _ shape: LayerShape, keep kept: Int, of group: Int, axis: WeightAxis,
    weights: UnsafePointer<Float>, mask: UnsafeMutablePointer<UInt8>
  ) {
    switch axis {
    case .input: table.pointee.select_in_rows(shape.forKernels, kept, group, weights, mask)
    case .output: table.pointee.select_in_columns(shape.forKernels, kept, group, weights, mask)
    }
  }
}
