public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceReplay
public import CoppiceSparsity
public import CoppiceTensors

/// An agent that learns from replayed transitions.
///
/// An algorithm knows observations, actions and batches; clocks, environments, files and logs belong
/// to whoever runs it. Actions are in [−1, 1] in every dimension; the runner maps them to the action
/// space of the environment.
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action, `B` samples of a batch
public protocol Algorithm: AnyObject, Checkpointable {
  /// The method's hyper-parameters.
  associatedtype Configuration: Codable & Sendable & Equatable

  /// The name in configurations: `td3`.
  static var name: String { get }

  /// The hyper-parameters that the method's source uses.
  static var defaults: Configuration { get }

  /// A new agent.
  ///
  /// - Parameters:
  ///   - configuration: The method's hyper-parameters.
  ///   - setup: What the agent sees, and what it computes with.
  ///   - key: Initial numbers and topologies.
  /// - Throws: `UserError` of kind `configuration` when a value makes no sense.
  init(_ configuration: Configuration, setup: AgentSetup, key: RandomKey) throws(UserError)

  /// `B`, the samples of a batch.
  var batchSize: Int { get }

  /// γ, what the value of the next state counts.
  var discount: Double { get }

  /// Chooses actions.
  ///
  /// - Parameters:
  ///   - observations: `[count, O]`.
  ///   - count: How many observations.
  ///   - exploring: The noise of exploration; without, the agent acts as well as it can.
  ///   - actions: Receives `[count, A]`, in [−1, 1].
  func act(
    observations: UnsafePointer<Double>, count: Int, exploring: RandomKey?,
    actions: UnsafeMutablePointer<Double>)

  /// Takes observations into the statistics of the policy's normaliser, where it has one.
  func observe(_ observations: UnsafePointer<Double>, count: Int)

  /// Learns from one batch.
  ///
  /// - Parameters:
  ///   - batch: The transitions, drawn or promised; may be overwritten.
  ///   - step: The gradient step, the first of which is 1.
  ///   - learningRateScale: What learning rates are multiplied by in this step.
  ///   - key: Randomness of this step.
  func update(
    from batch: TransitionBatch, step: Int, learningRateScale: Double, key: RandomKey)

  /// Whether everything measured since the last report is a finite number.
  var isFinite: Bool { get }

  /// What the policy needs to act, in a form that ``DeterministicActor`` loads.
  func savePolicy(into tensors: inout NamedTensors)

  /// The means of what was measured since the last call, which starts them anew.
  func drainMeasurements() -> [Measurement]

  /// Shifts and scales the observations that the networks read, where the agent wants that.
  var normaliser: ObservationNormaliser? { get }

  /// The networks that learn, by name; the policy comes first.
  var learners: [NamedLearner] { get }

  /// Floating-point operations of the matrix products of one update, averaged over the steps on
  /// which the actor learns and those on which it does not; a multiply-add is two.
  var productOperations: Double { get }

  /// Receives the time that each kind of work took, where somebody wants to know.
  var stopwatch: UpdateStopwatch? { get set }
}

extension Algorithm {
  /// The networks that learn, by name, with how many weights they keep.
  public var weightCounts: [WeightCount] {
    learners.map {
      WeightCount(
        network: $0.name, kept: $0.learner.network.keptWeightCount,
        dense: $0.learner.network.denseWeightCount)
    }
  }

  /// The layers of all networks that learn.
  public var layers: [Linear<Float>] { learners.flatMap(\.learner.network.layers) }

  /// Whether every parameter of the networks that learn is a finite number.
  ///
  /// - Complexity: one pass over the parameters; meant for checkpoints, not for every step.
  public var parametersAreFinite: Bool {
    learners.allSatisfy { $0.learner.paths.allSatisfy(\.isFinite) }
  }
}

/// A network that learns, as agents name it.
public struct NamedLearner {
  /// What it is called: `actor`, `critic-1`.
  public let name: String
  /// The network and what belongs to it.
  public let learner: SparseLearner<MLP<Float>>

  /// A learner under the name of its role.
  public init(_ learner: SparseLearner<MLP<Float>>) {
    name = learner.role.name
    self.learner = learner
  }
}

/// A number that an agent reports about its learning.
public struct Measurement: Sendable, Equatable {
  /// What it is: `train/critic-loss`.
  public var name: String
  /// The number.
  public var value: Double

  /// A measurement from its parts.
  public init(name: String, value: Double) {
    self.name = name
    self.value = value
  }
}

/// How many weights a network has and keeps, biases apart.
public struct WeightCount: Sendable, Equatable {
  /// Which network: `actor`, `critic-1`.
  public var network: String
  /// Weights that take part in the products.
  public var kept: Int
  /// Weights of the dense network.
  public var dense: Int

  /// A count from its parts.
  public init(network: String, kept: Int, dense: Int) {
    self.network = network
    self.kept = kept
    self.dense = dense
  }
}
