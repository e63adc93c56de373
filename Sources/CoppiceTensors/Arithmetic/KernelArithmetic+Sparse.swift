import CCoppiceKernels

extension KernelArithmetic {
  /// y = a(W x + b) for one panel, W given by its kept weights.
  public func sparseForward(
    _ topology: SparseTopology, values: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    bias: UnsafePointer<Float>, activation: FusedActivation, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    topology.format.forward(
      table, weights: SparseWeights(values: values, derived: derived), bias: bias,
      rectify: activation == .rectifier, input: input, output: output)
  }

  /// Rows `topology.gradientColumns` of Wᵀ δ for one panel, zeroed where `gate` is not positive.
  public func sparseBackwardData(
    _ topology: SparseTopology, values: UnsafePointer<Float>, derived: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, gate: UnsafePointer<Float>?,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    topology.format.backwardData(
      table, weights: SparseWeights(values: values, derived: derived),
      outputGradient: outputGradient, gate: gate, inputGradient: inputGradient)
  }

  /// How many numbers of scratch the transposed inputs of a batch take.
  public func transposedCount(_ topology: SparseTopology, panelCount: Int) -> Int {
    topology.format.transposedCount(table, panelCount: panelCount)
  }

  /// Transposes input panel `panel` into the scratch of the backward pass.
  public func transpose(
    _ topology: SparseTopology, panel: Int, panelCount: Int, input: UnsafePointer<Float>,
    transposed: UnsafeMutablePointer<Float>
  ) {
    topology.format.transpose(
      table, panel: panel, panelCount: panelCount, input: input, transposed: transposed)
  }

  /// The gradients of the kept weights, and ∂b, over all panels, for the share of `part`.
  public func sparseBackwardWeights(
    _ topology: SparseTopology, part: Part, inputs: PanelRun<Float>,
    outputGradients: PanelRun<Float>, transposed: UnsafePointer<Float>?,
    valueGradient: UnsafeMutablePointer<Float>, biasGradient: UnsafeMutablePointer<Float>
  ) {
    topology.format.backwardWeights(
      table, part: part,
      batch: SparseBatch(
        inputs: inputs.forKernels, outputGradients: outputGradients.forKernels,
        transposed: transposed, valueGradient: valueGradient, biasGradient: biasGradient))
  }

  /// Brings what the passes read besides the values up to date.
  public func derive(
    _ topology: SparseTopology, forwardOnly: Bool, values: UnsafePointer<Float>,
    derived: UnsafeMutablePointer<Float>
  ) {
    topology.format.derive(table, forwardOnly: forwardOnly, values: values, derived: derived)
  }

  /// values[position] = dense[where it lies].
  public func gather(
    _ topology: SparseTopology, dense: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>
  ) {
    topology.format.gather(table, dense: dense, values: values)
  }

  /// dense[where it lies] = values[position]; weights that are not kept are left alone.
  public func scatter(
    _ topology: SparseTopology, values: UnsafePointer<Float>, dense: UnsafeMutablePointer<Float>
  ) {
    topology.format.scatter(table, values: values, dense: dense)
  }

  /// The plan that ``tuning`` names for the layer, or else the cheapest for the instruction set.
  public func plan(for work: SparseWork) -> SparsePlan {
    tuning.plan(for: work, precision: precision)
      ?? SparsePlan.cheapest(for: work, on: instructionSet, precision: precision)
  }

  /// The plan of rounded numbers where they are asked for and are worth their rounding.
  public func densePlan(for work: SparseWork) -> SparsePlan? {
    let (rounded, dense) = (SparsePlan.denseBFloat16, SparsePlan.masked)
    let costs = instructionSet.costs
    return precision.allows(rounded) && rounded.serves(work)
      && rounded.cost(work, costs) < dense.cost(work, costs)
      ? rounded : nil
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
