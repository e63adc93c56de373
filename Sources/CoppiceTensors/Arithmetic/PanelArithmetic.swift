/// The operations that networks are made of, on panels of 64 samples.
///
/// There are two members: ``PlainArithmetic``, short loops that say what each operation means, and
/// ``KernelArithmetic``, the C kernels. Both sum in an order that depends on the format alone, so
/// that a result never depends on timing, on threads or on how the work was cut.
///
/// Pointers are to 64-byte aligned memory with one vector of slack behind the last element, as
/// ``AlignedBuffer`` provides. An input panel may have more features than the operation reads.
///
/// ## Shapes
/// - `O` outputs, `I` inputs of a layer, `K` kept weights
/// - input panel `[I, 64]`, output panel `[O, 64]`
/// - dense weights `[O, I]`, row-major, without padding
/// - values of kept weights at the positions of their topology, 0 where a position holds none
public protocol PanelArithmetic<Scalar>: Sendable {
  /// The number type.
  associatedtype Scalar: BinaryFloatingPoint & BitwiseCopyable & Sendable

  // MARK: Dense

  /// y = a(W x + b) for one panel.
  func denseForward(
    _ shape: LayerShape, weights: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>,
    activation: FusedActivation, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>)

  /// Rows `columns` of Wᵀ δ for one panel, zeroed where `gate` is not positive.
  ///
  /// `columns` says which inputs the gradient is wanted for; `inputGradient` holds just these.
  /// `gate` are the rectified activations `[columns.count, 64]` that fed the layer, or nothing.
  func denseBackwardData(
    _ shape: LayerShape, columns: Range<Int>, weights: UnsafePointer<Scalar>,
    outputGradient: UnsafePointer<Scalar>, gate: UnsafePointer<Scalar>?,
    inputGradient: UnsafeMutablePointer<Scalar>)

  /// How many elements of scratch ``denseBackwardWeights(_:part:inputs:outputGradients:transposed:adding:weightGradient:biasGradient:)``
  /// wants for a batch of `panelCount` panels; 0 when the layer needs no transposed inputs.
  func transposedCount(_ shape: LayerShape, panelCount: Int) -> Int

  /// Transposes input panel `panel` into the scratch of the backward pass.
  func transpose(
    _ shape: LayerShape, panel: Int, panelCount: Int, input: UnsafePointer<Scalar>,
    transposed: UnsafeMutablePointer<Scalar>)

  /// ∂W = Σ δ xᵀ and ∂b = Σ δ over all panels, for the rows of `part`.
  ///
  /// With `adding` they are added to what is there.
  func denseBackwardWeights(
    _ shape: LayerShape, part: Part, inputs: PanelRun<Scalar>, outputGradients: PanelRun<Scalar>,
    transposed: UnsafePointer<Scalar>?, adding: Bool, weightGradient: UnsafeMutablePointer<Scalar>,
    biasGradient: UnsafeMutablePointer<Scalar>)

  // MARK: Sparse

  /// y = a(W x + b) for one panel, W given by its kept weights.
  ///
  /// `derived` is what ``derive(_:forwardOnly:values:derived:)`` made of the values.
  func sparseForward(
    _ topology: SparseTopology, values: UnsafePointer<Scalar>, derived: UnsafePointer<Scalar>,
    bias: UnsafePointer<Scalar>, activation: FusedActivation, input: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>)

  /// Rows `topology.gradientColumns` of Wᵀ δ for one panel, zeroed where `gate` is not positive.
  ///
  /// `derived` is what ``derive(_:forwardOnly:values:derived:)`` made of the values.
  func sparseBackwardData(
    _ topology: SparseTopology, values: UnsafePointer<Scalar>, derived: UnsafePointer<Scalar>,
    outputGradient: UnsafePointer<Scalar>, gate: UnsafePointer<Scalar>?,
    inputGradient: UnsafeMutablePointer<Scalar>)

  /// How many elements of scratch the weight gradients of the topology want for a batch of
  /// `panelCount` panels; 0 when they need no transposed inputs.
  func transposedCount(_ topology: SparseTopology, panelCount: Int) -> Int

  /// Transposes input panel `panel` into that scratch.
  func transpose(
    _ topology: SparseTopology, panel: Int, panelCount: Int, input: UnsafePointer<Scalar>,
    transposed: UnsafeMutablePointer<Scalar>)

  /// The gradients of the kept weights, and ∂b, over all panels, for the share of `part`.
  ///
  /// `transposed` are the inputs where the topology wants them transposed.
  func sparseBackwardWeights(
    _ topology: SparseTopology, part: Part, inputs: PanelRun<Scalar>,
    outputGradients: PanelRun<Scalar>, transposed: UnsafePointer<Scalar>?,
    valueGradient: UnsafeMutablePointer<Scalar>, biasGradient: UnsafeMutablePointer<Scalar>)

  /// Brings what the passes read besides the values up to date.
  ///
  /// With `forwardOnly` there is room for what the forward pass reads, and nothing else is written.
  func derive(
    _ topology: SparseTopology, forwardOnly: Bool, values: UnsafePointer<Scalar>,
    derived: UnsafeMutablePointer<Scalar>)

  /// values[position] = dense[where it lies].
  func gather(
    _ topology: SparseTopology, dense: UnsafePointer<Scalar>, values: UnsafeMutablePointer<Scalar>)

  /// dense[where it lies] = values[position]; weights that are not kept are left alone.
  func scatter(
    _ topology: SparseTopology, values: UnsafePointer<Scalar>, dense: UnsafeMutablePointer<Scalar>)

  /// How a layer is best stored for this arithmetic.
  func plan(for work: SparseWork) -> SparsePlan

  /// The plan that serves a layer which keeps every weight better than the dense operations do, if
  /// there is one.
  func densePlan(for work: SparseWork) -> SparsePlan?

  /// mask = 1 where a weight is among the `kept` largest magnitudes of its group, else 0.
  ///
  /// Groups are `group` neighbours along `axis`; a last group of k < `group` keeps min(`kept`, k).
  /// Of equal magnitudes the one with the lower index is kept; NaN counts as larger than any number.
  /// Weights and mask are `[O, I]`, row-major.
  func selectLargest(
    _ shape: LayerShape, keep kept: Int, of group: Int, axis: WeightAxis,
    weights: UnsafePointer<Scalar>, mask: UnsafeMutablePointer<UInt8>)

  /// How many of `count` numbers are not zero.
  func nonZeroCount(count: Int, values: UnsafePointer<Scalar>) -> Int

  /// Sets all but the `wanted` largest magnitudes to zero, and mask = 1 for those that are left and are
  /// not zero, else 0.
  ///
  /// Of equal magnitudes those with the lower index are kept; NaN counts as larger than any number.
  ///
  /// - Parameters:
  ///   - wanted: How many may be left.
  ///   - count: How many numbers.
  ///   - values: The numbers, changed in place.
  ///   - mask: Receives `[count]` bytes.
  ///   - scratch: Room for `count` words.
  /// - Returns: How many are left: `wanted`, or fewer where fewer were not zero.
  func keepLargest(
    _ wanted: Int, count: Int, values: UnsafeMutablePointer<Scalar>,
    mask: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutablePointer<UInt32>
  ) -> Int

  // MARK: Lanes

  /// output[r] = Σ left[r, k] right[k] in every lane of a panel.
  ///
  /// - Parameters:
  ///   - rows: R.
  ///   - terms: K.
  ///   - left: A matrix for each lane, `[R, K, 64]`.
  ///   - right: A vector for each lane, `[K, 64]`.
  ///   - output: Receives `[R, 64]`.
  func laneProducts(
    rows: Int, terms: Int, left: UnsafePointer<Scalar>, right: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>)

  /// output[r, k] = left[r] right[k] in every lane of a panel, and `second` likewise.
  ///
  /// - Parameters:
  ///   - rows: R.
  ///   - terms: K.
  ///   - left: A vector for each lane, `[R, 64]`.
  ///   - right: Another one, `[K, 64]`.
  ///   - second: Two vectors whose product is added.
  ///   - adding: Whether all is added to what the output holds.
  ///   - output: Receives `[R, K, 64]`.
  func laneOuter(
    rows: Int, terms: Int, left: UnsafePointer<Scalar>, right: UnsafePointer<Scalar>,
    second: (left: UnsafePointer<Scalar>, right: UnsafePointer<Scalar>)?, adding: Bool,
    output: UnsafeMutablePointer<Scalar>)

  // MARK: One sample

  /// y = a(W x + b) for one sample.
  ///
  /// Sums run in another order than those of panels, so that both agree to rounding alone.
  ///
  /// - Parameters:
  ///   - shape: The size of the layer.
  ///   - weights: W.
  ///   - bias: b.
  ///   - activation: a.
  ///   - input: x, `[I]`.
  ///   - output: Receives y, `[O]`.
  func denseForwardOne(
    _ shape: LayerShape, weights: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>,
    activation: FusedActivation, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>)

  /// y = a(W x + b) for one sample, W given by its kept weights.
  ///
  /// - Parameters:
  ///   - topology: Which weights are kept.
  ///   - values: The values at the positions of the topology.
  ///   - bias: b.
  ///   - activation: a.
  ///   - input: x, `[I]`, with room for a multiple of ``sampleRoom`` finite numbers.
  ///   - output: Receives y, `[O]`.
  func sparseForwardOne(
    _ topology: SparseTopology, values: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>,
    activation: FusedActivation, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>)

  // MARK: Losses

  /// y ← r + γ c min(Q₁, Q₂) for the 64 lanes of a panel: what a value is compared with.
  ///
  /// - Parameters:
  ///   - discount: γ.
  ///   - reward: r.
  ///   - continues: c, 1 where the next state has a value and 0 where the episode terminated.
  ///   - first: Q₁ of the next state.
  ///   - second: Q₂ of the next state.
  ///   - goal: Receives y.
  func valueGoals(
    discount: Scalar, reward: UnsafePointer<Scalar>, continues: UnsafePointer<Scalar>,
    first: UnsafePointer<Scalar>, second: UnsafePointer<Scalar>, goal: UnsafeMutablePointer<Scalar>)

  /// y ← r + γ c (min(Q₁, Q₂) − α log π) for the 64 lanes of a panel: what a soft value is compared
  /// with.
  ///
  /// - Parameters:
  ///   - discount: γ.
  ///   - temperature: α, what a nat of entropy is worth.
  ///   - reward: r.
  ///   - continues: c, 1 where the next state has a value and 0 where the episode terminated.
  ///   - first: Q₁ of the next state.
  ///   - second: Q₂ of the next state.
  ///   - logDensity: log π of the next action.
  ///   - goal: Receives y.
  func softValueGoals(
    discount: Scalar, temperature: Scalar, reward: UnsafePointer<Scalar>,
    continues: UnsafePointer<Scalar>, first: UnsafePointer<Scalar>,
    second: UnsafePointer<Scalar>, logDensity: UnsafePointer<Scalar>,
    goal: UnsafeMutablePointer<Scalar>)

  /// g ← w (p − y) for the first `live` lanes of a panel, and 0 for the others.
  ///
  /// - Parameters:
  ///   - live: How many lanes are samples.
  ///   - weight: w.
  ///   - prediction: p, `[64]`.
  ///   - goal: y, `[64]`.
  ///   - gradient: Receives g, `[64]`.
  /// - Returns: Σ (p − y)² over the samples.
  func squaredError(
    live: Int, weight: Scalar, prediction: UnsafePointer<Scalar>, goal: UnsafePointer<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> Scalar

  /// g ← w for the first `live` lanes of a panel, and 0 for the others: the gradient of w Σ q.
  ///
  /// - Parameters:
  ///   - live: How many lanes are samples.
  ///   - weight: w.
  ///   - value: q, `[64]`.
  ///   - gradient: Receives g, `[64]`.
  /// - Returns: Σ q over the samples.
  func meanGradient(
    live: Int, weight: Scalar, value: UnsafePointer<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>
  ) -> Scalar

  /// The gradients of w Σ min(Q₁, Q₂) over the first `live` lanes of a panel, and 0 for the others.
  ///
  /// Where both are equal the gradient is the first one's.
  ///
  /// - Parameters:
  ///   - live: How many lanes are samples.
  ///   - weight: w.
  ///   - first: Q₁, `[64]`.
  ///   - second: Q₂, `[64]`.
  ///   - firstGradient: Receives ∂/∂Q₁, `[64]`.
  ///   - secondGradient: Receives ∂/∂Q₂, `[64]`.
  /// - Returns: Σ min(Q₁, Q₂) over the samples.
  func smallerGradient(
    live: Int, weight: Scalar, first: UnsafePointer<Scalar>, second: UnsafePointer<Scalar>,
    firstGradient: UnsafeMutablePointer<Scalar>, secondGradient: UnsafeMutablePointer<Scalar>
  ) -> Scalar

  // MARK: Squashed Gaussians

  /// a = tanh(μ + σ ε) and log π(a) for one panel.
  ///
  /// - Parameters:
  ///   - actionCount: A.
  ///   - deviation: How outputs become log σ.
  ///   - outputs: `[2 A, 64]`: μ, then what log σ is made of.
  ///   - noise: ε, `[A, 64]`.
  ///   - actions: Receives a, `[A, 64]`.
  ///   - logDensities: Receives log π(a), summed over the actions of each sample, `[64]`.
  func squashedSample(
    actionCount: Int, deviation: LogDeviation, outputs: UnsafePointer<Scalar>,
    noise: UnsafePointer<Scalar>, actions: UnsafeMutablePointer<Scalar>,
    logDensities: UnsafeMutablePointer<Scalar>)

  /// Carries gradients of a and log π(a) back to the outputs, through μ, σ and the squashing.
  ///
  /// - Parameters:
  ///   - actionCount: A.
  ///   - deviation: How outputs become log σ.
  ///   - outputs: What ``squashedSample(actionCount:deviation:outputs:noise:actions:logDensities:)``
  ///     was given.
  ///   - noise: The same noise.
  ///   - actionGradient: ∂/∂a, `[A, 64]`.
  ///   - logDensityGradient: ∂/∂ log π, `[64]`.
  ///   - outputGradient: Receives ∂/∂ output, `[2 A, 64]`.
  func squashedBackward(
    actionCount: Int, deviation: LogDeviation, outputs: UnsafePointer<Scalar>,
    noise: UnsafePointer<Scalar>, actionGradient: UnsafePointer<Scalar>,
    logDensityGradient: UnsafePointer<Scalar>, outputGradient: UnsafeMutablePointer<Scalar>)

  // MARK: Element-wise

  /// One Adam step on `count` parameters, and where `target` is given w′ ← w′ + τ (w − w′) with the new w.
  func adam(
    count: Int, parameters: UnsafeMutablePointer<Scalar>, firstMoment: UnsafeMutablePointer<Scalar>,
    secondMoment: UnsafeMutablePointer<Scalar>, gradient: UnsafePointer<Scalar>,
    step: AdamStep<Scalar>, target: UnsafeMutablePointer<Scalar>?, rate: Scalar)

  /// w′ ← w′ + τ (w − w′).
  func average(
    count: Int, parameters: UnsafePointer<Scalar>, target: UnsafeMutablePointer<Scalar>,
    rate: Scalar)

  /// y ← y + x.
  func add(count: Int, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>)

  /// y ← y x.
  func multiply(count: Int, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>)

  /// y = s tanh(x).
  func tanh(
    count: Int, scale: Scalar, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>)

  /// g ← g · s (1 − (y / s)²): from the gradient of y = s tanh(x) to that of x.
  ///
  /// - Parameters:
  ///   - count: How many numbers.
  ///   - scale: s, not 0.
  ///   - outputs: y, what ``tanh(count:scale:input:output:)`` gave.
  ///   - gradient: ∂/∂y on entry, ∂/∂x on return.
  func tanhBackward(
    count: Int, scale: Scalar, outputs: UnsafePointer<Scalar>,
    gradient: UnsafeMutablePointer<Scalar>)

  /// x ← s x σ(x) with the logistic function σ, and the derivative of it.
  ///
  /// - Parameters:
  ///   - count: How many numbers.
  ///   - scale: s.
  ///   - values: x, changed in place.
  ///   - slopes: Receives the derivatives at x, where wanted.
  func swish(
    count: Int, scale: Scalar, values: UnsafeMutablePointer<Scalar>,
    slopes: UnsafeMutablePointer<Scalar>?)

  // MARK: Random numbers

  /// Standard normals for `rows` rows of a panel, in which each lane has a key of its own.
  ///
  /// Rows 4 b to 4 b + 3 of a lane are made of the words (w₀, w₁, w₂, w₃) that Philox 4×32-10 has under
  /// the lane's key at the counter words (b, `stream`, low half of `node`, high half of `node`): with
  /// u = (⌊w₀ / 2⌋ + ½) 2⁻³¹ and v = ⌊w₁ / 2⁸⌋ 2⁻²⁴ the first two are √(−2 ln u) times cos 2πv and sin
  /// 2πv, and the other two likewise from w₂ and w₃.
  ///
  /// ## Randomness
  /// A number depends on its lane's key, its row, `node` and `stream` alone; number types agree to
  /// about 1e-6.
  ///
  /// - Parameters:
  ///   - rows: How many rows.
  ///   - lanes: How many lanes are in use; what the others get is left open.
  ///   - lowKeys: `[64]`: the first word of each lane's key.
  ///   - highKeys: `[64]`: the second.
  ///   - node: What the numbers are for.
  ///   - stream: Which of several sets of numbers for it; from 1, so as not to meet `RandomStream`'s.
  ///   - output: Receives `[rows, 64]`.
  ///
  /// ## Source
  /// Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3;
  /// Box, Muller 1958, "A note on the generation of random normal deviates".
  func laneNormals(
    rows: Int, lanes: Int, lowKeys: UnsafePointer<UInt32>, highKeys: UnsafePointer<UInt32>,
    node: UInt64, stream: UInt32, output: UnsafeMutablePointer<Scalar>)
}

/// A number type that networks can be built on.
///
/// `Float` runs the C kernels; `Double` runs the plain loops, for oracles and stiff dynamics.
public protocol NetworkScalar: BinaryFloatingPoint, TensorStorable {
  /// The operations on this type.
  associatedtype Arithmetic: PanelArithmetic where Arithmetic.Scalar == Self

  /// The operations that a network uses when none are given.
  static var defaultArithmetic: Arithmetic { get }
}

extension Double: NetworkScalar {
  /// The plain loops.
  public static var defaultArithmetic: PlainArithmetic<Double> { PlainArithmetic() }
}

extension Float: NetworkScalar {
  /// The fastest kernels that this machine runs.
  public static var defaultArithmetic: KernelArithmetic { .fastest }
}

extension PanelArithmetic {
  /// ∂W = Σ δ xᵀ and ∂b = Σ δ over all panels, for the rows of `part`.
  @inline(__always)
  public func denseBackwardWeights(
    _ shape: LayerShape, part: Part, inputs: PanelRun<Scalar>, outputGradients: PanelRun<Scalar>,
    transposed: UnsafePointer<Scalar>?, weightGradient: UnsafeMutablePointer<Scalar>,
    biasGradient: UnsafeMutablePointer<Scalar>
  ) {
    denseBackwardWeights(
      shape, part: part, inputs: inputs, outputGradients: outputGradients, transposed: transposed,
      adding: false, weightGradient: weightGradient, biasGradient: biasGradient)
  }
}
