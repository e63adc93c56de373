public import CoppiceAgents
public import CoppiceSparsity
public import CoppiceTensors

/// Everything that decides what a run does: the same configuration gives the same run, bit for bit.
///
/// A recipe is a TOML file of the same names in `snake_case`. The defaults are those of a small task
/// that nobody wrote a recipe for.
///
/// ```swift
/// var configuration = try RunConfiguration.resolve(environment: "Pendulum-v1")
/// configuration.sparsity = try SparsityExpression("2:4")
/// configuration.steps = 10_000
/// ```
public struct RunConfiguration: Codable, Sendable, Equatable {
  /// What learns: `td3` or `sac`.
  public var algorithm = "td3"
  /// The world, by its id: `HalfCheetah-v5`.
  public var environment = "Pendulum-v1"
  /// Options of the environment that differ from its defaults.
  public var environmentOptions: [String: StructuredValue] = [:]
  /// Which weights are kept.
  public var sparsity = SparsityExpression.dense
  /// Settings of the sparsity method that differ from its own defaults.
  public var sparsityOptions: [String: StructuredValue] = [:]
  /// Environment steps in all; at least 1.
  public var steps = 100_000
  /// The number that all randomness is from.
  public var seed: UInt64 = 1
  /// Threads that share the work, 1 to 256; results do not depend on them.
  public var threads = 1
  /// Copies of the environment that step together; 1 to 4,096.
  public var environments = 1
  /// Units of each hidden layer.
  public var hidden = [256, 256]
  /// Environment steps with random actions and without learning, at the beginning.
  public var warmUpSteps = 1000
  /// Gradient steps for each environment step after the warm-up; more than 0, at most 1,000.
  public var updateToData = 1.0
  /// How learning rates change over the run.
  public var learningRateSchedule = LearningRateSchedule.constant
  /// The most transitions that are remembered; at least 1.
  public var replayCapacity = 1_000_000
  /// When returns begin to look further ahead than one step.
  public var multiStep = MultiStep()
  /// When the replay forgets what the policy has left.
  public var dynamicReplay = DynamicReplay()
  /// Environment steps between two evaluations, the first of the untrained agent; 0 for none.
  public var evaluationEvery = 5000
  /// Episodes of an evaluation; at least 1.
  public var evaluationEpisodes = 10
  /// Environment steps between two checkpoints; 0 for one at the end only.
  public var checkpointEvery = 25_000
  /// How many checkpoints stay; at least 1.
  public var keep = 2
  /// Environment steps between two lines of metrics; at least 1.
  public var logEvery = 1000
  /// Environment steps between two looks into the networks, in lines of metrics; 0 for none.
  public var measureEvery = 10_000
  /// Whether metrics and evaluations are written as event files of TensorBoard as well.
  public var tensorboard = false
  /// Whether dormant units are given a new beginning.
  public var redo = Recycling()
  /// The instructions that kernels use: `auto`, or one of those that `coppice doctor` lists.
  public var instructionSet = "auto"
  /// How sparse layers are stored, by their names, where it was measured or is wished; a fixed model
  /// of costs decides for the others.
  public var kernels = SparseTuning()
  /// How precise the numbers are that products multiply: `float32`, or `bf16` where the machine has it.
  public var precision = "float32"
  /// The hyper-parameters of TD3.
  public var td3 = TD3.Configuration()
  /// The hyper-parameters of SAC.
  public var sac = SAC.Configuration()
  /// The switches of the N:M method.
  public var nOfM = NOfM.Configuration()

  /// The defaults.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case algorithm
    case environment
    case environmentOptions = "environment_options"
    case sparsity
    case sparsityOptions = "sparsity_options"
    case steps
    case seed
    case threads
    case environments
    case hidden
    case warmUpSteps = "warm_up_steps"
    case updateToData = "update_to_data"
    case learningRateSchedule = "learning_rate_schedule"
    case replayCapacity = "replay_capacity"
    case multiStep = "multi_step"
    case dynamicReplay = "dynamic_replay"
    case evaluationEvery = "evaluation_every"
    case evaluationEpisodes = "evaluation_episodes"
    case checkpointEvery = "checkpoint_every"
    case keep
    case logEvery = "log_every"
    case measureEvery = "measure_every"
    case tensorboard
    case redo
    case instructionSet = "instruction_set"
    case kernels
    case precision
    case td3
    case sac
    case nOfM = "n_of_m"
  }
}
