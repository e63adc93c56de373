public import CoppiceTensors

/// A network of stages that read the inputs, or what other stages wrote: convolutions, branches, heads.
///
/// A *node* is a place for features. Several stages may write to one node, side by side, which is how
/// branches are joined; every node is read by one stage, all of it, and the last one holds the outputs.
/// The inputs may be read by any number of stages, and get a gradient where one is asked for.
///
/// ```swift
/// let network = FeedForwardNetwork<Float>([
///   .init(convolution, reads: .input(), writes: .node(0)),
///   .init(head, reads: .node(0), writes: .node(1)),
/// ])
/// ```
///
/// ## Shapes
/// - `B` samples in panels of 64
public final class FeedForwardNetwork<Scalar: NetworkScalar>: LayeredNetwork {
  /// Where a stage reads or writes.
  public enum Place: Sendable, Equatable {
    /// The inputs, from a feature on.
    case input(feature: Int = 0)
    /// A node, from a feature on.
    case node(Int, feature: Int = 0)
  }

  /// A stage and where it stands.
  public struct Step {
    /// What is computed.
    public let stage: any Stage<Scalar>
    /// Where from.
    public let source: Place
    /// Where to.
    public let target: Place

    /// A step from its parts.
    public init(_ stage: any Stage<Scalar>, reads source: Place, writes target: Place) {
      (self.stage, self.source, self.target) = (stage, source, target)
    }
  }

  /// A place for features.
  struct Node {
    var featureCount = 0
    var isRectified = false
  }

  /// The stages, each behind those that it reads.
  public let steps: [Step]
  /// The layers of the stages that have one, in their order.
  public let layers: [Linear<Scalar>]
  /// The operations that the network is computed with.
  public let arithmetic: Scalar.Arithmetic

  let nodes: [Node]

  /// A network of `steps`.
  ///
  /// - Precondition: Every node is written before it is read, its writers agree on whether they
  ///   rectify, and one stage reads all of it, but for the last one, which nobody reads.
  public init(
    _ steps: [Step], arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    self.steps = steps
    self.arithmetic = arithmetic
    layers = steps.compactMap { $0.stage.layer }
    var nodes: [Node] = []
    var readers: [Int] = []
    for step in steps {
      if case .node(let index, let feature) = step.source {
        precondition(
          index < nodes.count && feature == 0 && nodes[index].featureCount == step.stage.inputCount
            && readers[index] == 0, "node \(index) is written first, and read once, as a whole")
        readers[index] += 1
      }
      guard case .node(let index, let feature) = step.target else {
        preconditionFailure("nobody writes to the inputs")
      }
      precondition(index <= nodes.count, "nodes are numbered in the order of their writers")
      if index == nodes.count {
        nodes.append(Node(isRectified: step.stage.isRectified))
        readers.append(0)
      }
      precondition(
        feature == nodes[index].featureCount && readers[index] == 0
          && nodes[index].isRectified == step.stage.isRectified,
        "the writers of node \(index) write side by side, all of one kind")
      nodes[index].featureCount += step.stage.outputCount
    }
    precondition(
      readers.last == 0 && readers.dropLast().allSatisfy { $0 == 1 },
      "every node but the last is read")
    self.nodes = nodes
  }

  /// A copy for evaluation or as a target: own numbers, the same topologies, no gradients.
  public convenience init(sharingTopologyOf other: FeedForwardNetwork<Scalar>) {
    self.init(
      other.steps.map { Step($0.stage.sharingTopology(), reads: $0.source, writes: $0.target) },
      arithmetic: other.arithmetic)
  }

  /// A dense second path through `other`, which sees every weight that the sparse layers store.
  ///
  /// - Precondition: Every sparse layer of `other` stores latent weights.
  public convenience init(everyWeightOf other: FeedForwardNetwork<Scalar>) {
    self.init(
      other.steps.map { Step($0.stage.withEveryWeight(), reads: $0.source, writes: $0.target) },
      arithmetic: other.arithmetic)
  }

  /// How many numbers come out for a sample.
  public var outputCount: Int { nodes[nodes.count - 1].featureCount }

  /// Whether outputs are rectified.
  var isOutputRectified: Bool { nodes[nodes.count - 1].isRectified }

  /// Brings everything derived up to date, for the stages of `part`.
  public func refresh(part: Part = .whole) {
    for index in steps.indices where index % part.count == part.index {
      steps[index].stage.refresh()
    }
  }

  // MARK: Passes

  /// Computes the outputs of `panels` and leaves all activations in `trace`.
  ///
  /// - Parameters:
  ///   - panels: Which panels; threads take different ones.
  ///   - input: All features that a stage reads, and perhaps more.
  ///   - trace: Receives the outputs of every stage at the same panels.
  public func forward(
    panels: Range<Int>, input: PanelRun<Scalar>, trace: FeedForwardTrace<Scalar>
  ) {
    for index in steps.indices {
      let step = steps[index]
      step.stage.forward(
        panels: panels, input: trace.read(step.source, input),
        output: trace.run(of: step.target, in: trace.outputs), scratch: trace.scratch[index])
    }
  }

  /// Carries the gradients of the outputs back to every stage.
  ///
  /// Expects ∂ loss / ∂ output in ``FeedForwardTrace/outputGradient``.
  ///
  /// - Parameters:
  ///   - panels: Which panels; threads take different ones.
  ///   - trace: A trace that ``forward(panels:input:trace:)`` filled.
  ///   - inputGradient: Receives ∂ loss / ∂ input where it is wanted; no two stages read the same inputs
  ///     then, and all that read some were made to give gradients for them.
  public func backward(
    panels: Range<Int>, trace: FeedForwardTrace<Scalar>,
    inputGradient: MutablePanelRun<Scalar>? = nil
  ) {
    for index in steps.indices.reversed() {
      let step = steps[index]
      guard case .node(let node, _) = step.source else {
        guard let inputGradient, case .input(let feature) = step.source else { continue }
        step.stage.backward(
          panels: panels, outputGradient: trace.run(of: step.target, in: trace.gradients).run,
          gate: nil, inputGradient: inputGradient.from(feature: feature),
          scratch: trace.scratch[index])
        continue
      }
      step.stage.backward(
        panels: panels, outputGradient: trace.run(of: step.target, in: trace.gradients).run,
        gate: nodes[node].isRectified ? trace.outputs[node].run : nil,
        inputGradient: trace.run(of: step.source, in: trace.gradients),
        scratch: trace.scratch[index])
    }
  }

  /// Lays out, or sums already, what the weight gradients of `panels` are made of.
  public func prepareWeightGradients(
    panels: Range<Int>, input: PanelRun<Scalar>, trace: FeedForwardTrace<Scalar>
  ) {
    for index in steps.indices {
      let step = steps[index]
      step.stage.prepareWeightGradients(
        panels: panels, input: trace.read(step.source, input),
        outputGradient: trace.run(of: step.target, in: trace.gradients).run,
        scratch: trace.scratch[index])
    }
  }

  /// Sums the gradients of all weights and biases over the whole batch, for the share of `part`.
  public func backwardWeights(
    part: Part, input: PanelRun<Scalar>, trace: FeedForwardTrace<Scalar>
  ) {
    for index in steps.indices {
      let step = steps[index]
      guard let layer = step.stage.layer else { continue }
      step.stage.backwardWeights(
        part: part, input: trace.read(step.source, input),
        outputGradient: trace.run(of: step.target, in: trace.gradients).run,
        weights: layer.parameterGradient, biases: layer.biasGradient,
        scratch: trace.scratch[index])
    }
  }
}
