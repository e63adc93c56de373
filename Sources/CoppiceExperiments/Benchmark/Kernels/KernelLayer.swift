import CoppiceNetworks
import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// A layer whose kernels are measured: its size, what it keeps, and which inputs get gradients.
public struct KernelLayer: Sendable {
  /// The layer as the choice of a plan sees it.
  public var work: SparseWork
  /// Which inputs the backward pass gives a gradient for.
  public var gradientColumns: Range<Int>
  /// `[O, I]`: 1 where a weight is kept; nothing where all are, as in a dense layer.
  public var mask: [UInt8]?

  /// Whether only kept weights are trained, so that their gradients come from the same storage.
  var hasOwnGradients = true

  /// A sparse layer of an agent; nothing where it is dense.
  init?(_ layer: Linear<Float>) {
    guard let topology = layer.topology else { return nil }
    work = topology.work
    gradientColumns = topology.gradientColumns
    mask = topology.mask()
    hasOwnGradients = layer.storage == .kept
  }

  /// A layer of this shape with the first masks of `rule`, all of whose inputs get gradients.
  ///
  /// - Parameters:
  ///   - shape: The size of the layer.
  ///   - rule: Which weights are kept; all where nothing is given, or where the rule leaves a hidden
  ///     layer dense.
  public init(shape: LayerShape, rule: (any TopologyRule)?) {
    let network = MLP<Float>(
      sizes: [shape.inputs, shape.outputs], inputGradientColumns: 0..<shape.inputs,
      key: RandomKey(seed: 1))
    let learner = SparseLearner(
      network: network, role: NetworkRole("layer"), rule: rule, withTarget: false, sampleCount: 64,
      key: RandomKey(seed: 2)
    ) { Adam(network: $0) }
    let topology = learner.network.layers[0].topology
    work = topology?.work ?? SparseWork(shape: shape, keptCount: shape.weightCount)
    gradientColumns = 0..<shape.inputs
    mask = topology?.mask()
  }

  /// How many weights take part in the products.
  var keptCount: Int { mask?.count { $0 != 0 } ?? work.shape.weightCount }

  /// The plans that can store the layer; none where it is dense.
  var plans: [SparsePlan] { mask == nil ? [] : SparsePlan.serving(work) }
}
