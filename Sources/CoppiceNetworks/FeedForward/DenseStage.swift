public import CoppiceRandom
public import CoppiceTensors

/// A linear layer as a stage, with or without a rectifier.
public final class DenseStage<Scalar: NetworkScalar>: Stage {
  /// The layer.
  public let layer: Linear<Scalar>?
  /// Whether outputs are rectified.
  public let isRectified: Bool

  private let linear: Linear<Scalar>

  /// A dense layer with weights and biases uniform in ±1/√I.
  ///
  /// - Parameters:
  ///   - shape: The size of the layer.
  ///   - isRectified: Whether outputs are rectified.
  ///   - unbiased: Outputs whose bias stays 0; none without.
  ///   - givesInputGradient: Whether somebody before it learns.
  ///   - key: The initial numbers.
  ///   - arithmetic: The operations to compute with.
  public convenience init(
    _ shape: LayerShape, isRectified: Bool, unbiased: Range<Int> = 0..<0,
    givesInputGradient: Bool, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    self.init(
      Linear(
        shape: shape, gradientColumns: givesInputGradient ? 0..<shape.inputs : nil, key: key,
        arithmetic: arithmetic), isRectified: isRectified, unbiased: unbiased)
    refresh()
  }

  private init(_ linear: Linear<Scalar>, isRectified: Bool, unbiased: Range<Int>) {
    self.linear = linear
    layer = linear
    self.isRectified = isRectified
    linear.unbiased = unbiased
  }

  /// `I`.
  public var inputCount: Int { linear.shape.inputs }
  /// `O`.
  public var outputCount: Int { linear.shape.outputs }

  /// The same layer in a copy for evaluation or as a target.
  public func sharingTopology() -> any Stage<Scalar> {
    DenseStage(
      Linear(sharingTopologyOf: linear), isRectified: isRectified, unbiased: linear.unbiased)
  }

  /// The same layer in a second path in which every weight takes part.
  public func withEveryWeight() -> any Stage<Scalar> {
    DenseStage(linear.withEveryWeight(), isRectified: isRectified, unbiased: linear.unbiased)
  }

  /// Room for transposed inputs, where the layer wants them.
  public func makeScratch(
    panelCount: Int, for use: StageScratch<Scalar>.Use
  ) -> StageScratch<Scalar> {
    StageScratch(
      panelCount: panelCount, use: use,
      transposed: linear.transposedCount(panelCount: panelCount, for: use))
  }

  /// y = a(W x + b).
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(
    panels: Range<Int>, input: PanelRun<Scalar>, output: MutablePanelRun<Scalar>,
    scratch: StageScratch<Scalar>
  ) {
    for panel in panels {
      linear.forward(
        activation: isRectified ? .rectifier : .identity, input: input.panel(panel),
        output: output.panel(panel))
    }
  }

  /// Wᵀ δ, and 0 where the gate is not positive.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward(
    panels: Range<Int>, outputGradient: PanelRun<Scalar>, gate: PanelRun<Scalar>?,
    inputGradient: MutablePanelRun<Scalar>, scratch: StageScratch<Scalar>
  ) {
    for panel in panels {
      linear.backwardData(
        outputGradient: outputGradient.panel(panel), gate: gate?.panel(panel),
        inputGradient: inputGradient.panel(panel))
    }
  }

  /// Transposes the inputs, where the layer wants that.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func prepareWeightGradients(
    panels: Range<Int>, input: PanelRun<Scalar>, outputGradient: PanelRun<Scalar>,
    scratch: StageScratch<Scalar>
  ) {
    guard scratch.transposed.count > 0 else { return }
    for panel in panels {
      linear.transpose(
        panel: panel, panelCount: scratch.panelCount, everyWeight: scratch.everyWeight,
        input: input.panel(panel), transposed: scratch.transposed.pointer)
    }
  }

  /// Σ δ xᵀ and Σ δ.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backwardWeights(
    part: Part, input: PanelRun<Scalar>, outputGradient: PanelRun<Scalar>,
    weights: AlignedBuffer<Scalar>, biases: AlignedBuffer<Scalar>, scratch: StageScratch<Scalar>
  ) {
    linear.backwardWeights(
      part: part, everyWeight: scratch.everyWeight, inputs: input, outputGradients: outputGradient,
      transposed: scratch.transposed.count > 0
        ? UnsafePointer(scratch.transposed.pointer) : nil,
      weights: weights.pointer, biases: biases.pointer)
  }

  /// Brings the layer up to date; biases that stay 0 become 0 again.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func refresh() {
    for output in linear.unbiased { linear.bias.pointer[output] = 0 }
    linear.refresh()
  }
}
