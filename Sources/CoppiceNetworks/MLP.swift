public import CoppiceRandom
public import CoppiceTensors

/// A multilayer perceptron: linear layers with an activation between them, rectifiers by default.
///
/// The network holds its numbers by reference and belongs to one learner. A forward pass writes into
/// an ``MLPTrace``; a backward pass reads it. Both work on any range of panels, so that threads can
/// share a batch; the weight gradients are summed over the whole batch, cut by output.
///
/// ```swift
/// let network = MLP<Float>(sizes: [17, 256, 256, 6], key: RandomKey(seed: 1))
/// let trace = MLPTrace(for: network, sampleCount: 256)
/// network.forward(panels: 0..<4, input: batch.run, trace: trace)
/// ```
///
/// ## Shapes
/// - `B` samples, `I` inputs, `O` outputs
public final class MLP<Scalar: NetworkScalar> {
  /// The layers, first to last.
  public let layers: [Linear<Scalar>]

  /// The operations that the network is computed with.
  public let arithmetic: Scalar.Arithmetic

  /// What follows every layer but the last.
  public let hiddenActivation: Activation

  /// What follows the last layer.
  public let outputActivation: Activation

  /// A dense network.
  ///
  /// - Parameters:
  ///   - sizes: The number of inputs, of each hidden layer's units, and of outputs.
  ///   - hiddenActivation: What follows every layer but the last.
  ///   - outputActivation: What follows the last layer.
  ///   - inputGradientColumns: Which inputs the backward pass gives a gradient for; none without.
  ///   - key: The initial numbers.
  ///   - arithmetic: The operations to compute with.
  /// - Precondition: At least two sizes, all positive.
  public init(
    sizes: [Int], hiddenActivation: Activation = .rectifier,
    outputActivation: Activation = .identity, inputGradientColumns: Range<Int>? = nil,
    key: RandomKey, arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    precondition(sizes.count >= 2 && sizes.allSatisfy { $0 > 0 }, "impossible sizes \(sizes)")
    self.arithmetic = arithmetic
    self.hiddenActivation = hiddenActivation
    self.outputActivation = outputActivation
    layers = (0..<(sizes.count - 1)).map { index in
      Linear(
        shape: LayerShape(outputs: sizes[index + 1], inputs: sizes[index]),
        gradientColumns: index == 0 ? inputGradientColumns : 0..<sizes[index],
        key: key.split(index), arithmetic: arithmetic)
    }
  }

  /// A copy for evaluation or as a target: own numbers, the same topologies, no gradients.
  public init(sharingTopologyOf other: MLP<Scalar>) {
    arithmetic = other.arithmetic
    hiddenActivation = other.hiddenActivation
    outputActivation = other.outputActivation
    layers = other.layers.map { Linear(sharingTopologyOf: $0) }
  }

  /// A dense second path through `other`, which sees every weight that the sparse layers store.
  ///
  /// Layers that store latent weights are shared, but for their biases; dense layers are copied, and
  /// both learn apart from then on.
  ///
  /// - Precondition: Every sparse layer of `other` stores latent weights.
  public init(everyWeightOf other: MLP<Scalar>) {
    arithmetic = other.arithmetic
    hiddenActivation = other.hiddenActivation
    outputActivation = other.outputActivation
    layers = other.layers.map { layer in
      layer.storage == .dense ? Linear(copying: layer) : Linear(sharingWeightsOf: layer)
    }
  }

  /// The network that ``save(into:)`` saved, for evaluation.
  ///
  /// Activations are no part of what is saved: who made the network knows them.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when something is missing or does not fit.
  public init(
    saved tensors: NamedTensors, hiddenActivation: Activation = .rectifier,
    outputActivation: Activation = .identity,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) throws(UserError) {
    self.arithmetic = arithmetic
    self.hiddenActivation = hiddenActivation
    self.outputActivation = outputActivation
    var layers: [Linear<Scalar>] = []
    while true {
      let own = tensors.under("layer-\(layers.count + 1)")
      if own.names.isEmpty { break }
      let layer = try Linear<Scalar>(saved: own, arithmetic: arithmetic)
      if let last = layers.last, last.shape.outputs != layer.shape.inputs {
        throw UserError(
          .checkpoint, found: "a layer with \(layer.shape.inputs) inputs",
          expected: "\(last.shape.outputs)", action: "use a checkpoint that was not altered")
      }
      layers.append(layer)
    }
    guard !layers.isEmpty else {
      throw UserError(
        .checkpoint, found: "no layer", expected: "a saved network",
        action: "use a checkpoint of a trained agent")
    }
    self.layers = layers
  }

  /// `I`.
  public var inputCount: Int { layers[0].shape.inputs }

  /// `O`.
  public var outputCount: Int { layers[layers.count - 1].shape.outputs }

  /// What follows layer `index`.
  func activation(ofLayer index: Int) -> Activation {
    index == layers.count - 1 ? outputActivation : hiddenActivation
  }

  // MARK: Passes

  /// Computes the outputs of `panels` and leaves all activations in `trace`.
  ///
  /// - Parameters:
  ///   - panels: Which panels; threads take different ones.
  ///   - input: `[I]` features and perhaps more, of which the first `I` are read.
  ///   - trace: Receives the activations of every layer at the same panels.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(panels: Range<Int>, input: PanelRun<Scalar>, trace: MLPTrace<Scalar>) {
    for index in layers.indices {
      let (layer, output) = (layers[index], trace.outputs[index])
      let activation = activation(ofLayer: index)
      let source = index == 0 ? input : trace.outputs[index - 1].run
      for panel in panels {
        layer.forward(
          activation: activation.fused, input: source.start + panel * source.stride,
          output: output.panel(panel))
        activation.apply(
          to: output.panel(panel), count: output.stride,
          slopes: trace.slopes.isEmpty ? nil : trace.slopes[index]?.panel(panel),
          arithmetic: arithmetic)
      }
    }
  }

  /// Carries the gradients of the outputs back to every layer, and to the inputs where asked for.
  ///
  /// Expects ∂ loss / ∂ output in the last of `trace.gradients`, and changes it where an activation
  /// follows the last layer.
  ///
  /// - Parameters:
  ///   - panels: Which panels; threads take different ones.
  ///   - trace: A trace that ``forward(panels:input:trace:)`` filled.
  ///   - inputGradient: Receives the gradients of the columns that the network was made for.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward(
    panels: Range<Int>, trace: MLPTrace<Scalar>, inputGradient: Panels<Scalar>? = nil
  ) {
    for index in layers.indices.reversed() {
      let (layer, gradient) = (layers[index], trace.gradients[index])
      let activation = activation(ofLayer: index)
      if index == layers.count - 1 || activation.fused == .identity {
        for panel in panels {
          activation.pullBack(
            gradient: gradient.panel(panel), count: gradient.stride,
            outputs: UnsafePointer(trace.outputs[index].panel(panel)),
            slopes: trace.slopes[index].map { UnsafePointer($0.panel(panel)) },
            arithmetic: arithmetic)
        }
      }
      if index > 0 {
        let (gate, below) = (trace.outputs[index - 1], trace.gradients[index - 1])
        for panel in panels {
          layer.backwardData(
            outputGradient: UnsafePointer(gradient.panel(panel)),
            gate: hiddenActivation == .rectifier ? UnsafePointer(gate.panel(panel)) : nil,
            inputGradient: below.panel(panel))
        }
      } else if let inputGradient {
        for panel in panels {
          layer.backwardData(
            outputGradient: UnsafePointer(gradient.panel(panel)), gate: nil,
            inputGradient: inputGradient.panel(panel))
        }
      }
    }
  }

  /// Transposes the inputs of every layer that wants them for its weight gradients.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func prepareWeightGradients(
    panels: Range<Int>, input: PanelRun<Scalar>, trace: MLPTrace<Scalar>
  ) {
    for index in layers.indices {
      let scratch = trace.transposed[index]
      guard scratch.count > 0 else { continue }
      for panel in panels {
        let source =
          index == 0
          ? input.start + panel * input.stride
          : UnsafePointer(trace.outputs[index - 1].panel(panel))
        layers[index].transpose(
          panel: panel, panelCount: trace.panelCount, input: source,
          transposed: scratch.pointer)
      }
    }
  }

  /// Sums the gradients of all weights and biases over the whole batch, for the share of `part`.
  ///
  /// - Precondition: ``backward(panels:trace:inputGradient:)`` and
  ///   ``prepareWeightGradients(panels:input:trace:)`` have run for all panels.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backwardWeights(part: Part, input: PanelRun<Scalar>, trace: MLPTrace<Scalar>) {
    for index in layers.indices {
      layers[index].backwardWeights(
        part: part, inputs: index == 0 ? input : trace.outputs[index - 1].run,
        outputGradients: trace.gradients[index].run,
        transposed: trace.transposed[index].count > 0
          ? UnsafePointer(trace.transposed[index].pointer) : nil)
    }
  }

  /// Brings everything derived up to date, for the layers of `part`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func refresh(part: Part = .whole) {
    for index in layers.indices where index % part.count == part.index { layers[index].refresh() }
  }
}
