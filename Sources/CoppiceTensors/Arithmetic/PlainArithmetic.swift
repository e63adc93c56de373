#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The operations as short loops: what each kernel means, and what runs in `Double`.
///
/// Slow on purpose: one accumulator, one order, nothing blocked. The kernels are tested against it.
public struct PlainArithmetic<Scalar: BinaryFloatingPoint & BitwiseCopyable & Sendable>:
  PanelArithmetic
{
  /// The plain loops.
  public init() {}

  /// y = a(W x + b) for one panel.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func denseForward(
    _ shape: LayerShape, weights: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>,
    activation: FusedActivation, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>
  ) {
    for row in 0..<shape.outputs {
      for lane in 0..<panelWidth {
        var sum = bias[row]
        for column in 0..<shape.inputs {
          sum += weights[row * shape.inputs + column] * input[column * panelWidth + lane]
        }
        output[row * panelWidth + lane] = activation == .rectifier && sum < 0 ? 0 : sum
      }
    }
  }

  /// Rows `columns` of Wᵀ δ for one panel, zeroed where `gate` is not positive.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func denseBackwardData(
    _ shape: LayerShape, columns: Range<Int>, weights: UnsafePointer<Scalar>,
    outputGradient: UnsafePointer<Scalar>, gate: UnsafePointer<Scalar>?,
    inputGradient: UnsafeMutablePointer<Scalar>
  ) {
    for (place, column) in columns.enumerated() {
      for lane in 0..<panelWidth {
        var sum: Scalar = 0
        for row in 0..<shape.outputs {
          sum += weights[row * shape.inputs + column] * outputGradient[row * panelWidth + lane]
        }
        if let gate, !(gate[place * panelWidth + lane] > 0) { sum = 0 }
        inputGradient[place * panelWidth + lane] = sum
      }
    }
  }

  /// Zero: these loops need no transposed inputs.
  public func transposedCount(_ shape: LayerShape, panelCount: Int) -> Int { 0 }

  /// Does nothing: these loops need no transposed inputs.
  public func transpose(
    _ shape: LayerShape, panel: Int, panelCount: Int, input: UnsafePointer<Scalar>,
    transposed: UnsafeMutablePointer<Scalar>
  ) {}

  /// ∂W = Σ δ xᵀ and ∂b = Σ δ over all panels, for the rows of `part`, written or added.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func denseBackwardWeights(
    _ shape: LayerShape, part: Part, inputs: PanelRun<Scalar>, outputGradients: PanelRun<Scalar>,
    transposed: UnsafePointer<Scalar>?, adding: Bool,
    weightGradient: UnsafeMutablePointer<Scalar>, biasGradient: UnsafeMutablePointer<Scalar>
  ) {
    for row in part.range(of: shape.outputs) {
      for column in 0..<shape.inputs {
        let index = row * shape.inputs + column
        weightGradient[index] =
          (adding ? weightGradient[index] : 0)
          + product(inputs, feature: column, outputGradients, feature: row)
      }
      biasGradient[row] = (adding ? biasGradient[row] : 0) + sum(outputGradients, feature: row)
    }
  }

  /// y = a(W x + b) for one panel, W given by its kept weights.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func sparseForward(
    _ topology: SparseTopology, values: UnsafePointer<Scalar>, derived: UnsafePointer<Scalar>,
    bias: UnsafePointer<Scalar>, activation: FusedActivation, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>
  ) {
    for row in 0..<topology.shape.outputs {
      for lane in 0..<panelWidth { output[row * panelWidth + lane] = bias[row] }
    }
    for position in 0..<topology.positionCount {
      guard let (row, column) = topology.place(of: position) else { continue }
      for lane in 0..<panelWidth {
        output[row * panelWidth + lane] += values[position] * input[column * panelWidth + lane]
      }
    }
    guard activation == .rectifier else { return }
    for element in 0..<(topology.shape.outputs * panelWidth) {
      output[element] = max(0, output[element])
    }
  }

  /// Rows `topology.gradientColumns` of Wᵀ δ for one panel, zeroed where `gate` is not positive.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func sparseBackwardData(
    _ topology: SparseTopology, values: UnsafePointer<Scalar>, derived: UnsafePointer<Scalar>,
    outputGradient: UnsafePointer<Scalar>, gate: UnsafePointer<Scalar>?,
    inputGradient: UnsafeMutablePointer<Scalar>
  ) {
    let columns = topology.gradientColumns
    for element in 0..<(columns.count * panelWidth) { inputGradient[element] = 0 }
    for position in 0..<topology.positionCount {
      guard let (row, column) = topology.place(of: position), columns.contains(column) else {
        continue
      }
      let gradient = inputGradient + (column - columns.lowerBound) * panelWidth
      for lane in 0..<panelWidth {
        gradient[lane] += values[position] * outputGradient[row * panelWidth + lane]
      }
    }
    guard let gate else { return }
    for element in 0..<(columns.count * panelWidth) where !(gate[element] > 0) {
      inputGradient[element] = 0
    }
  }

  /// Zero: these loops need no transposed inputs.
  public func transposedCount(_ topology: SparseTopology, panelCount: Int) -> Int { 0 }

  /// Does nothing: these loops need no transposed inputs.
  public func transpose(
    _ topology: SparseTopology, panel: Int, panelCount: Int, input: UnsafePointer<Scalar>,
    transposed: UnsafeMutablePointer<Scalar>
  ) {}

  /// The gradients of the kept weights, and ∂b, over all panels, for the share of `part`.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func sparseBackwardWeights(
    _ topology: SparseTopology, part: Part, inputs: PanelRun<Scalar>,
    outputGradients: PanelRun<Scalar>, transposed: UnsafePointer<Scalar>?,
    valueGradient: UnsafeMutablePointer<Scalar>, biasGradient: UnsafeMutablePointer<Scalar>
  ) {
    for position in part.range(of: topology.positionCount) {
      valueGradient[position] = 0
      guard let (row, column) = topology.place(of: position) else { continue }
      valueGradient[position] = product(
        inputs, feature: column, outputGradients, feature: row)
    }
    for row in part.range(of: topology.shape.outputs) {
      biasGradient[row] = sum(outputGradients, feature: row)
    }
  }

  /// Nothing: the plain loops read the values themselves.
  public func derive(
    _ topology: SparseTopology, forwardOnly: Bool, values: UnsafePointer<Scalar>,
    derived: UnsafeMutablePointer<Scalar>
  ) {}

  /// values[position] = dense[where it lies].
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func gather(
    _ topology: SparseTopology, dense: UnsafePointer<Scalar>, values: UnsafeMutablePointer<Scalar>
  ) {
    for position in 0..<topology.positionCount {
      let index = Int(topology.denseIndex.pointer[position])
      values[position] = index < 0 ? 0 : dense[index]
    }
  }

  /// dense[where it lies] = values[position]; weights that are not kept are left alone.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func scatter(
    _ topology: SparseTopology, values: UnsafePointer<Scalar>, dense: UnsafeMutablePointer<Scalar>
  ) {
    for position in 0..<topology.positionCount {
      let index = Int(topology.denseIndex.pointer[position])
      if index >= 0 { dense[index] = values[position] }
    }
  }

  /// The first plan that serves the layer; the plain loops do not care.
  public func plan(for work: SparseWork) -> SparsePlan {
    SparsePlan.cheapest(for: work, on: .portable)
  }

  /// None: the plain loops round nothing.
  public func densePlan(for work: SparseWork) -> SparsePlan? { nil }

  /// mask = 1 where a weight is among the `kept` largest magnitudes of its group, else 0.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func selectLargest(
    _ shape: LayerShape, keep kept: Int, of group: Int, axis: WeightAxis,
    weights: UnsafePointer<Scalar>, mask: UnsafeMutablePointer<UInt8>
  ) {
    // lines of weights along the axis: how many, how long, and the steps between and within them
    let (lines, length, lineStep, step) =
      axis == .input
      ? (shape.outputs, shape.inputs, shape.inputs, 1)
      : (shape.inputs, shape.outputs, 1, shape.inputs)
    for line in 0..<lines {
      for place in 0..<length {
        let group = place / group * group..<min(length, (place / group + 1) * group)
        let rank = group.count { other in
          precedes(
            weights[line * lineStep + other * step], other,
            weights[line * lineStep + place * step], place)
        }
        mask[line * lineStep + place * step] = rank < kept ? 1 : 0
      }
    }
  }

  /// Whether weight `a` at place `i` goes before weight `b` at place `j`.
  @inline(__always)
  private func precedes(_ a: Scalar, _ i: Int, _ b: Scalar, _ j: Int) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && (!b.isNaN || i < j) }
    return abs(a) > abs(b) || (abs(a) == abs(b) && i < j)
  }

  /// One Adam step on `count` parameters, and where `target` is given its running average.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func adam(
    count: Int, parameters: UnsafeMutablePointer<Scalar>, firstMoment: UnsafeMutablePointer<Scalar>,
    secondMoment: UnsafeMutablePointer<Scalar>, gradient: UnsafePointer<Scalar>,
    step: AdamStep<Scalar>, target: UnsafeMutablePointer<Scalar>?, rate: Scalar
  ) {
    for element in 0..<count {
      let slope = gradient[element] + step.weightDecay * parameters[element]
      let first = step.firstDecay * firstMoment[element] + (1 - step.firstDecay) * slope
      let second = step.secondDecay * secondMoment[element] + (1 - step.secondDecay) * slope * slope
      firstMoment[element] = first
      secondMoment[element] = second
      let root = (second * step.secondMomentCorrection).squareRoot() + step.epsilon
      parameters[element] -= step.scaledLearningRate * first / root
      if let target { target[element] += rate * (parameters[element] - target[element]) }
    }
  }

  /// w′ ← w′ + τ (w − w′).
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func average(
    count: Int, parameters: UnsafePointer<Scalar>, target: UnsafeMutablePointer<Scalar>,
    rate: Scalar
  ) {
    for element in 0..<count { target[element] += rate * (parameters[element] - target[element]) }
  }

  /// y ← y + x.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func add(
    count: Int, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>
  ) {
    for element in 0..<count { output[element] += input[element] }
  }

  /// y ← y x.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func multiply(
    count: Int, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>
  ) {
    for element in 0..<count { output[element] *= input[element] }
  }

  /// y = s tanh(x).
  public func tanh(
    count: Int, scale: Scalar, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>
  ) {
    for element in 0..<count {
      output[element] = scale * Scalar(hyperbolicTangent(Double(input[element])))
    }
  }

  /// g ← g · s (1 − (y / s)²).
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func tanhBackward(
    count: Int, scale: Scalar, outputs: UnsafePointer<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) {
    for element in 0..<count {
      gradient[element] *= scale - outputs[element] * outputs[element] / scale
    }
  }

  /// Σ over the batch of one input feature times one output gradient.
  @inline(__always)
  private func product(
    _ inputs: PanelRun<Scalar>, feature column: Int, _ gradients: PanelRun<Scalar>, feature row: Int
  ) -> Scalar {
    var sum: Scalar = 0
    for panel in 0..<inputs.count {
      let x = inputs.start + panel * inputs.stride + column * panelWidth
      let gradient = gradients.start + panel * gradients.stride + row * panelWidth
      for lane in 0..<panelWidth { sum += x[lane] * gradient[lane] }
    }
    return sum
  }

  /// Σ over the batch of one output gradient.
  @inline(__always)
  private func sum(_ gradients: PanelRun<Scalar>, feature row: Int) -> Scalar {
    var sum: Scalar = 0
    for panel in 0..<gradients.count {
      let gradient = gradients.start + panel * gradients.stride + row * panelWidth
      for lane in 0..<panelWidth { sum += gradient[lane] }
    }
    return sum
  }
}

private func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
