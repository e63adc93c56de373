/// The size of a linear layer: `outputs` rows of `inputs` weights.
public struct LayerShape: Hashable, Sendable, Codable {
  /// Rows of the weight matrix.
  public var outputs: Int
  /// Columns of the weight matrix.
  public var inputs: Int

  /// A shape from its two sizes.
  public init(outputs: Int, inputs: Int) {
    self.outputs = outputs
    self.inputs = inputs
  }

  /// How many weights a dense layer of this shape has.
  @inlinable public var weightCount: Int { outputs * inputs }
}

/// What a linear layer applies to its outputs in the same pass.
public enum FusedActivation: Sendable {
  /// Nothing.
  case identity
  /// max(0, x).
  case rectifier
}

/// Where the panels of a batch lie: the first one, the distance to the next, and how many there are.
public struct PanelRun<Scalar> {
  /// The first element of the first panel.
  public var start: UnsafePointer<Scalar>
  /// Elements from one panel to the next.
  public var stride: Int
  /// How many panels there are.
  public var count: Int

  /// A run from its parts.
  @inlinable
  public init(start: UnsafePointer<Scalar>, stride: Int, count: Int) {
    self.start = start
    self.stride = stride
    self.count = count
  }
}

extension Panels {
  /// All panels, for an operation that sums over the batch.
  @inlinable
  public var run: PanelRun<Scalar> {
    PanelRun(start: UnsafePointer(buffer.pointer), stride: stride, count: panelCount)
  }
}

/// A share of an operation: part `index` of `count` equal parts.
///
/// Operations that sum over the batch are cut by output, never by batch, so every number is summed
/// in the same order whatever the number of parts.
public struct Part: Sendable, Equatable {
  /// Which part, from 0.
  public var index: Int
  /// How many parts there are.
  public var count: Int

  /// Part `index` of `count`.
  @inlinable
  public init(_ index: Int, of count: Int) {
    self.index = index
    self.count = count
  }

  /// The whole operation.
  @inlinable public static var whole: Part { Part(0, of: 1) }

  /// The share of `0..<total` that this part has.
  @inlinable
  public func range(of total: Int) -> Range<Int> {
    (total * index / count)..<(total * (index + 1) / count)
  }
}

/// The numbers of one Adam step that are the same for every weight.
public struct AdamStep<Scalar: BinaryFloatingPoint & Sendable>: Sendable {
  /// α / (1 − β₁ᵗ).
  public var scaledLearningRate: Scalar
  /// 1 / (1 − β₂ᵗ).
  public var secondMomentCorrection: Scalar
  /// β₁.
  public var firstDecay: Scalar
  /// β₂.
  public var secondDecay: Scalar
  /// ε, added to the root.
  public var epsilon: Scalar
  /// λ of coupled L2 weight decay: λ·w is added to the gradient.
  public var weightDecay: Scalar

  /// A step from its numbers.
  public init(
    scaledLearningRate: Scalar, secondMomentCorrection: Scalar, firstDecay: Scalar,
    secondDecay: Scalar, epsilon: Scalar, weightDecay: Scalar
  ) {
    self.scaledLearningRate = scaledLearningRate
    self.secondMomentCorrection = secondMomentCorrection
    self.firstDecay = firstDecay
    self.secondDecay = secondDecay
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }
}
