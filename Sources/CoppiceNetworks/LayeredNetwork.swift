public import CoppiceTensors

/// A network whose weights lie in linear layers: what can be made sparse, optimised and followed.
///
/// How the layers are wired is the network's business. Topology rules and optimisers see the layers;
/// whoever owns the network calls the passes between them. ``MLP`` is a chain of layers;
/// ``FeedForwardNetwork`` has convolutions and branches as well.
///
/// ## Shapes
/// - `B` samples of a batch in panels of 64
public protocol LayeredNetwork<Scalar>: AnyObject, Checkpointable {
  /// The number type.
  associatedtype Scalar: NetworkScalar
  /// What a forward pass leaves behind for the backward pass of the same batch.
  associatedtype Trace: NetworkTrace<Scalar>
  /// The gradients of every weight, kept or not.
  associatedtype EveryGradient: EveryLayerGradient<Scalar>

  /// The layers, in an order that puts each behind those that it reads.
  var layers: [Linear<Scalar>] { get }

  /// The operations that the network is computed with.
  var arithmetic: Scalar.Arithmetic { get }

  /// How many numbers come out for a sample.
  var outputCount: Int { get }

  /// A copy for evaluation or as a target: own numbers, the same topologies, no gradients.
  init(sharingTopologyOf other: Self)

  /// A dense second path through `other`, which sees every weight that the sparse layers store.
  ///
  /// - Precondition: Every sparse layer of `other` stores latent weights.
  init(everyWeightOf other: Self)

  /// Room for the gradients of every weight of some layers.
  ///
  /// - Parameters:
  ///   - sampleCount: The most samples of a batch.
  ///   - isWanted: Which layers, by their index.
  /// - Returns: The room.
  func makeEveryGradient(sampleCount: Int, isWanted: (Int) -> Bool) -> EveryGradient

  /// Lays out what the weight gradients of `panels` are summed from.
  func prepareWeightGradients(panels: Range<Int>, input: PanelRun<Scalar>, trace: Trace)

  /// Sums the gradients of all weights and biases over the whole batch, for the share of `part`.
  func backwardWeights(part: Part, input: PanelRun<Scalar>, trace: Trace)

  /// The same as ``prepareWeightGradients(panels:input:trace:)`` for the gradients of every weight.
  func prepare(
    _ gradient: EveryGradient, panels: Range<Int>, input: PanelRun<Scalar>, trace: Trace)

  /// The same as ``backwardWeights(part:input:trace:)`` for the gradients of every weight.
  func sum(_ gradient: EveryGradient, part: Part, input: PanelRun<Scalar>, trace: Trace)

  /// Brings everything derived up to date, for the layers of `part`: every so many of ``layers``, from the
  /// one with its index on.
  func refresh(part: Part)
}

extension LayeredNetwork {
  /// How many weights the dense network would have, without biases.
  public var denseWeightCount: Int { layers.reduce(0) { $0 + $1.shape.weightCount } }

  /// How many weights take part in the products, without biases.
  public var keptWeightCount: Int { layers.reduce(0) { $0 + $1.keptCount } }

  /// Whether every weight and bias is a finite number.
  public var isFinite: Bool {
    layers.allSatisfy { layer in
      allFinite(layer.parameters, count: layer.parameterCount)
        && allFinite(layer.bias, count: layer.bias.count)
    }
  }

  /// Saves every layer under `layer-1`, `layer-2`, ….
  public func save(into tensors: inout NamedTensors) {
    for (index, layer) in layers.enumerated() {
      var own = NamedTensors()
      layer.save(into: &own)
      tensors.merge(own, prefix: "layer-\(index + 1)")
    }
  }

  /// Restores every layer.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (index, layer) in layers.enumerated() {
      try layer.restore(from: tensors.under("layer-\(index + 1)"))
    }
  }
}

/// A network in which every layer reads the outputs of the one before it, all of them and nothing else.
public protocol LayerChain: LayeredNetwork {}

/// What a forward pass leaves behind: at least the outputs, and room for their gradients.
public protocol NetworkTrace<Scalar>: AnyObject {
  /// The number type.
  associatedtype Scalar: NetworkScalar
  /// How many panels the batch has.
  var panelCount: Int { get }
  /// The outputs of the network.
  var output: Panels<Scalar> { get }
  /// Where ∂ loss / ∂ output goes before a backward pass.
  var outputGradient: Panels<Scalar> { get }
}

/// The gradients of every weight of some layers, kept or not: what rules that grow weights ask for.
public protocol EveryLayerGradient<Scalar>: AnyObject {
  /// The number type.
  associatedtype Scalar: NetworkScalar
  /// For each layer `[O, I]`: ∂ loss / ∂ W; empty for layers that nobody asked for.
  var weights: [AlignedBuffer<Scalar>] { get }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func allFinite<Scalar: NetworkScalar>(
  _ numbers: AlignedBuffer<Scalar>, count: Int
) -> Bool {
  for index in 0..<count where !numbers.pointer[index].isFinite { return false }
  return true
}
