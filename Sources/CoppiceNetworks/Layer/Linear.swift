public import CoppiceRandom
public import CoppiceTensors

/// How a layer stores the numbers that the optimiser moves.
public enum WeightStorage: String, Sendable, Codable {
  /// Every weight, `[O, I]`.
  case dense
  /// The kept weights only, `[K]`; the others are zero and take no part in anything.
  case kept
  /// Every weight, of which the kept ones are used: for methods that train the others as well.
  case latent
}

/// y = W x + b with W dense or sparse, and the backward pass of it.
///
/// A layer owns its numbers by reference. What it does depends on its ``storage``; the network and
/// the agent around it do not know which it is.
///
/// ## Shapes
/// - `O` outputs, `I` inputs, `K` kept weights
/// - input panels `[I, 64]`, output panels `[O, 64]`
public final class Linear<Scalar: NetworkScalar> {
  /// The size of the layer.
  public let shape: LayerShape

  /// The operations that the layer is computed with.
  public let arithmetic: Scalar.Arithmetic

  /// Which inputs the backward pass gives a gradient for; none where nothing is given.
  public let gradientColumns: Range<Int>?

  /// How the weights are stored.
  public private(set) var storage: WeightStorage

  /// Which weights are kept and how they are multiplied; shared with the target copies.
  ///
  /// Nothing where every weight is kept and the dense operations serve best.
  public private(set) var topology: SparseTopology?

  /// What the optimiser moves: `[O, I]`, or the positions of the topology where only kept weights are
  /// stored.
  public private(set) var parameters: AlignedBuffer<Scalar>

  /// `[O]`.
  public let bias: AlignedBuffer<Scalar>

  /// ∂ loss / ∂ ``parameters``, as the last backward pass left it.
  public private(set) var parameterGradient: AlignedBuffer<Scalar>

  /// `[O]`: ∂ loss / ∂ ``bias``.
  public let biasGradient: AlignedBuffer<Scalar>

  /// The kept weights at their positions; the parameters themselves unless the storage is latent.
  public private(set) var values: AlignedBuffer<Scalar>

  /// Whether an optimiser moves the weights; nothing does in a layer that shares those of another.
  public let ownsWeights: Bool

  /// Outputs whose bias stays 0: whoever wires the layer sees to that.
  public internal(set) var unbiased = 0..<0

  /// What the topology derives from the values for the products.
  private var derived: AlignedBuffer<Scalar>

  /// Whether the layer was made for a backward pass.
  private let isTrained: Bool

  /// Whether there is room for whatever plan serves the weights that are kept.
  private(set) var changesPlans = false

  /// A dense layer with weights and biases uniform in ±1/√I.
  ///
  /// - Parameters:
  ///   - shape: The size of the layer.
  ///   - gradientColumns: Which inputs the backward pass gives a gradient for; none without.
  ///   - key: The initial numbers; the same for every scalar type up to rounding.
  ///   - arithmetic: The operations that the layer is computed with.
  ///
  /// ## Source
  /// The default of PyTorch's linear layer, which the reference code of TD3 uses.
  public init(
    shape: LayerShape, gradientColumns: Range<Int>?, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    self.shape = shape
    self.arithmetic = arithmetic
    self.gradientColumns = gradientColumns
    storage = .dense
    ownsWeights = true
    isTrained = true
    parameters = AlignedBuffer(count: shape.weightCount)
    bias = AlignedBuffer(count: shape.outputs)
    parameterGradient = AlignedBuffer(count: shape.weightCount)
    biasGradient = AlignedBuffer(count: shape.outputs)
    values = parameters
    derived = AlignedBuffer(count: 0)
    let bound = 1 / Double(max(shape.inputs, 1)).squareRoot()
    var random = key.stream()
    for element in parameters.elements.indices {
      parameters.elements[element] = Scalar(random.nextUniform(-bound, bound))
    }
    for element in bias.elements.indices {
      bias.elements[element] = Scalar(random.nextUniform(-bound, bound))
    }
    keepAllWeights()
  }

  /// A copy for evaluation or as a target: own numbers, the same topology, no gradients.
  public init(sharingTopologyOf other: Linear<Scalar>) {
    shape = other.shape
    arithmetic = other.arithmetic
    gradientColumns = nil
    storage = other.storage
    ownsWeights = true
    isTrained = false
    changesPlans = other.changesPlans
    topology = other.topology
    parameters = AlignedBuffer(count: other.parameters.count)
    parameters.copy(from: other.parameters)
    bias = AlignedBuffer(count: other.bias.count)
    bias.copy(from: other.bias)
    parameterGradient = AlignedBuffer(count: 0)
    biasGradient = AlignedBuffer(count: 0)
    values = storage == .latent ? AlignedBuffer(count: other.values.count) : parameters
    derived = AlignedBuffer(count: topology?.forwardDerivedCapacity ?? 0)
    refresh()
  }

  /// A dense layer with the latent weights of `other`, which `other`'s optimiser moves, and biases of
  /// its own, which begin as the other's.
  ///
  /// - Precondition: `other` stores every weight.
  public init(sharingWeightsOf other: Linear<Scalar>) {
    precondition(other.storage != .kept, "weights that are not stored cannot be shared")
    shape = other.shape
    arithmetic = other.arithmetic
    gradientColumns = other.gradientColumns
    storage = .dense
    ownsWeights = false
    isTrained = true
    parameters = other.parameters
    values = parameters
    bias = AlignedBuffer(count: other.bias.count)
    bias.copy(from: other.bias)
    parameterGradient = AlignedBuffer(count: shape.weightCount)
    biasGradient = AlignedBuffer(count: shape.outputs)
    derived = AlignedBuffer(count: 0)
  }

  /// A layer with the same numbers and the same storage that learns on its own.
  ///
  /// - Precondition: `other` is dense.
  public init(copying other: Linear<Scalar>) {
    precondition(other.storage == .dense, "a sparse layer is copied with its topology")
    shape = other.shape
    arithmetic = other.arithmetic
    gradientColumns = other.gradientColumns
    storage = .dense
    ownsWeights = true
    isTrained = true
    topology = other.topology
    parameters = AlignedBuffer(count: shape.weightCount)
    parameters.copy(from: other.parameters)
    values = parameters
    bias = AlignedBuffer(count: other.bias.count)
    bias.copy(from: other.bias)
    parameterGradient = AlignedBuffer(count: shape.weightCount)
    biasGradient = AlignedBuffer(count: shape.outputs)
    derived = AlignedBuffer(count: topology?.derivedCapacity ?? 0)
    refresh()
  }

  /// How many parameters the optimiser moves: every weight, the positions in use, or none that belong
  /// to another layer.
  public var parameterCount: Int {
    guard ownsWeights else { return 0 }
    return storage == .kept ? topology?.positionCount ?? 0 : shape.weightCount
  }

  /// How many weights take part in the product.
  public var keptCount: Int { topology?.keptCount ?? shape.weightCount }

  // MARK: Storage

  /// Keeps the weights whose byte in `mask` is not 0 and stores the layer as `storage` from now on.
  ///
  /// - Parameters:
  ///   - mask: `[O, I]`, row-major; no later one keeps more.
  ///   - keepsCount: Whether later ones will keep as many. Where they will not, each gets the plan that
  ///     serves it best, and there is room for all of them.
  ///   - sharesRows: Whether rows 4 g to 4 g + 3 will always keep the same inputs.
  ///   - storage: `kept` or `latent`.
  /// - Precondition: The layer is dense.
  public func sparsify(
    mask: [UInt8], keepsCount: Bool = true, sharesRows: Bool = false, storage: WeightStorage
  ) {
    precondition(self.storage == .dense, "a layer is made sparse once")
    precondition(storage != .dense, "a sparse layer stores its kept or its latent weights")
    precondition(mask.count == shape.weightCount, "a mask has one byte for every weight")
    let topology = bestTopology(keeping: mask.count { $0 != 0 }, sharesRows: sharesRows)
    topology.rebuild(mask: mask)
    let dense = parameters
    let room = keepsCount ? topology.positionCapacity : shape.weightCount
    values = AlignedBuffer(count: room)
    arithmetic.gather(topology, dense: UnsafePointer(dense.pointer), values: values.pointer)
    if storage == .kept {
      parameters = values
      parameterGradient = AlignedBuffer(count: isTrained ? room : 0)
    }
    changesPlans = !keepsCount
    self.storage = storage
    adopt(topology)
    refresh()
  }

  /// Keeps the weights whose byte in `mask` is not 0, and no others.
  ///
  /// The numbers at the positions are to be gathered anew. Where the number of kept weights may
  /// change, the topology may become another one, which copies that share it have to ``adopt(_:)``.
  ///
  /// - Parameter mask: `[O, I]`, row-major.
  /// - Precondition: The layer is sparse.
  /// - Complexity: that of rebuilding the topology; allocates where the plan changes.
  public func rebuild(mask: UnsafePointer<UInt8>) {
    guard let topology else { preconditionFailure("a dense layer has no mask") }
    guard changesPlans else { return topology.rebuild(mask: mask) }
    let kept = SparseTopology.keptCount(shape.weightCount, mask: mask)
    guard kept != topology.keptCount else { return topology.rebuild(mask: mask, keeping: kept) }
    let best = bestTopology(keeping: kept, sharesRows: topology.sharesRows, unless: topology)
    best.rebuild(mask: mask, keeping: kept)
    adopt(best)
  }

  /// Takes the topology of the layer that this one copies.
  public func adopt(_ topology: SparseTopology) {
    self.topology = topology
    let wanted = isTrained ? topology.derivedCapacity : topology.forwardDerivedCapacity
    if derived.count != wanted { derived = AlignedBuffer(count: wanted) }
  }

  /// A topology with the plan that serves `kept` weights best: `current` where it has that plan and
  /// the room.
  private func bestTopology(
    keeping kept: Int, sharesRows: Bool, unless current: SparseTopology? = nil
  ) -> SparseTopology {
    let columns = gradientColumns ?? current?.gradientColumns ?? 0..<0
    let plan = arithmetic.plan(
      for: SparseWork(
        shape: shape, keptCount: max(1, kept), sharesRows: sharesRows,
        gradientColumnCount: columns.count))
    if let current, current.plan == plan, current.capacity >= kept { return current }
    return SparseTopology(
      shape: shape, capacity: kept, gradientColumns: columns, sharesRows: sharesRows, plan: plan)
  }

  /// Gives a dense layer the topology of all its weights where the arithmetic has a plan for it.
  private func keepAllWeights() {
    let columns = gradientColumns ?? 0..<0
    let work = SparseWork(
      shape: shape, keptCount: shape.weightCount, gradientColumnCount: columns.count)
    guard let plan = arithmetic.densePlan(for: work) else { return }
    let topology = SparseTopology(
      shape: shape, capacity: shape.weightCount, gradientColumns: columns, plan: plan)
    topology.rebuild(mask: [UInt8](repeating: 1, count: shape.weightCount))
    derived = AlignedBuffer(count: topology.derivedCapacity)
    self.topology = topology
    refresh()
  }

  /// Brings everything derived up to date after the parameters or the topology changed.
  ///
  /// - Complexity: O(`K`), nothing where nothing is derived; no allocation.
  public func refresh() {
    guard let topology else { return }
    if storage == .latent {
      arithmetic.gather(
        topology, dense: UnsafePointer(parameters.pointer), values: values.pointer)
    }
    guard derived.count > 0 else { return }
    arithmetic.derive(
      topology, forwardOnly: !isTrained,
      values: UnsafePointer(values.pointer), derived: derived.pointer)
  }

  /// The weights as a dense matrix `[O, I]`, zero where not kept.
  public func denseWeights() -> [Scalar] {
    guard storage != .dense else { return Array(parameters.elements) }
    return dense(values)
  }

  /// Numbers at positions, brought to a dense matrix `[O, I]`; zero where nothing is kept.
  func dense(_ numbers: AlignedBuffer<Scalar>) -> [Scalar] {
    guard let topology else { return Array(numbers.elements) }
    let dense = AlignedBuffer<Scalar>(count: shape.weightCount)
    arithmetic.scatter(
      topology, values: UnsafePointer(numbers.pointer), dense: dense.pointer)
    return Array(dense.elements)
  }

  // MARK: Passes

  /// y = a(W x + b) for one panel.
  @inline(__always)
  func forward(
    activation: FusedActivation, input: UnsafePointer<Scalar>, output: UnsafeMutablePointer<Scalar>
  ) {
    if let topology {
      arithmetic.sparseForward(
        topology, values: UnsafePointer(values.pointer), derived: UnsafePointer(derived.pointer),
        bias: UnsafePointer(bias.pointer), activation: activation, input: input, output: output)
    } else {
      arithmetic.denseForward(
        shape, weights: UnsafePointer(parameters.pointer), bias: UnsafePointer(bias.pointer),
        activation: activation, input: input, output: output)
    }
  }

  /// ∂ loss / ∂ x for the ``gradientColumns`` of one panel, zeroed where `gate` is not positive.
  @inline(__always)
  func backwardData(
    outputGradient: UnsafePointer<Scalar>, gate: UnsafePointer<Scalar>?,
    inputGradient: UnsafeMutablePointer<Scalar>
  ) {
    guard let gradientColumns else {
      preconditionFailure("the layer was made without gradients for its inputs")
    }
    if let topology {
      arithmetic.sparseBackwardData(
        topology, values: UnsafePointer(values.pointer), derived: UnsafePointer(derived.pointer),
        outputGradient: outputGradient, gate: gate, inputGradient: inputGradient)
    } else {
      arithmetic.denseBackwardData(
        shape, columns: gradientColumns, weights: UnsafePointer(parameters.pointer),
        outputGradient: outputGradient, gate: gate, inputGradient: inputGradient)
    }
  }

  /// What sums the weight gradients; nothing where those of every weight are wanted, kept or not.
  private var gradientTopology: SparseTopology? { storage == .latent ? nil : topology }

  /// How many numbers of scratch the transposed inputs of a batch take.
  func transposedCount(panelCount: Int) -> Int {
    let dense = arithmetic.transposedCount(shape, panelCount: panelCount)
    guard let topology = gradientTopology else { return dense }
    let own = arithmetic.transposedCount(topology, panelCount: panelCount)
    return changesPlans ? max(own, dense) : own
  }

  /// Transposes input panel `panel` into that scratch.
  func transpose(
    panel: Int, panelCount: Int, input: UnsafePointer<Scalar>,
    transposed: UnsafeMutablePointer<Scalar>
  ) {
    if let topology = gradientTopology {
      arithmetic.transpose(
        topology, panel: panel, panelCount: panelCount, input: input, transposed: transposed)
    } else {
      arithmetic.transpose(
        shape, panel: panel, panelCount: panelCount, input: input, transposed: transposed)
    }
  }

  /// ∂ loss / ∂ parameters and ∂ loss / ∂ b over the whole batch, for the share of `part`.
  func backwardWeights(
    part: Part, inputs: PanelRun<Scalar>, outputGradients: PanelRun<Scalar>,
    transposed: UnsafePointer<Scalar>?
  ) {
    backwardWeights(
      part: part, inputs: inputs, outputGradients: outputGradients, transposed: transposed,
      weights: parameterGradient.pointer, biases: biasGradient.pointer)
  }

  /// The same, written to memory of the caller's in the order of the parameters.
  @inline(__always)
  func backwardWeights(
    part: Part, inputs: PanelRun<Scalar>, outputGradients: PanelRun<Scalar>,
    transposed: UnsafePointer<Scalar>?, weights: UnsafeMutablePointer<Scalar>,
    biases: UnsafeMutablePointer<Scalar>
  ) {
    if let topology = gradientTopology {
      arithmetic.sparseBackwardWeights(
        topology, part: part, inputs: inputs, outputGradients: outputGradients,
        transposed: transposed, valueGradient: weights,
        biasGradient: biases)
    } else {
      arithmetic.denseBackwardWeights(
        shape, part: part, inputs: inputs, outputGradients: outputGradients,
        transposed: transposed, weightGradient: weights,
        biasGradient: biases)
    }
  }

  /// The same, added to memory of the caller's; `scratch` has room for both where a sparse layer's
  /// gradients are found before they are added.
  @inline(__always)
  func addWeightGradients(
    inputs: PanelRun<Scalar>, outputGradients: PanelRun<Scalar>,
    transposed: UnsafePointer<Scalar>?, weights: AlignedBuffer<Scalar>,
    biases: AlignedBuffer<Scalar>,
    scratch: (weights: AlignedBuffer<Scalar>, biases: AlignedBuffer<Scalar>)
  ) {
    guard gradientTopology != nil else {
      arithmetic.denseBackwardWeights(
        shape, part: .whole, inputs: inputs, outputGradients: outputGradients,
        transposed: transposed, adding: true, weightGradient: weights.pointer,
        biasGradient: biases.pointer)
      return
    }
    backwardWeights(
      part: .whole, inputs: inputs, outputGradients: outputGradients, transposed: transposed,
      weights: scratch.weights.pointer, biases: scratch.biases.pointer)
    arithmetic.add(
      count: weights.count, input: UnsafePointer(scratch.weights.pointer),
      output: weights.pointer)
    arithmetic.add(
      count: biases.count, input: UnsafePointer(scratch.biases.pointer), output: biases.pointer)
  }
}
