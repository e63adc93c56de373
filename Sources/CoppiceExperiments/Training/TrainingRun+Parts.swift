import CoppiceAgents
import CoppiceEnvironments
import CoppiceRandom
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

extension TrainingRun {
  /// Everything that a configuration names, made before any file is touched.
  struct Parts {
    let key: RandomKey
    let pool: WorkerPool
    let arithmetic: KernelArithmetic
    let environment: SequentialVectorEnvironment
    let evaluator: Evaluator
    let agent: any Algorithm
    let replay: ReplayBuffer
    let plan: TrainingPlan

    init(
      _ configuration: RunConfiguration, _ environments: EnvironmentCatalogue,
      _ algorithms: AlgorithmCatalogue, _ sparsities: SparsityCatalogue,
      initialWeights: NamedTensors? = nil
    ) throws(UserError) {
      try configuration.validate()
      key = RandomKey(seed: configuration.seed)
      arithmetic = try configuration.arithmetic()
      pool = WorkerPool(threadCount: configuration.threads)
      let options = try configuration.options()
      let id = configuration.environment
      environment = try environments.make(id, count: configuration.environments, options: options)
      evaluator = try Evaluator(
        environment: try environments.make(
          id, count: configuration.evaluationEpisodes, options: options))
      let observations = environment.specification.observationSpace.size
      let actions = environment.specification.actionSpace.size
      agent = try configuration.agent(
        for: environment.specification, algorithms, sparsities, initialWeights: initialWeights,
        arithmetic: arithmetic, pool: pool)
      try configuration.refuseKernelsOfOtherLayers(than: agent)
      // whole steps of all members, so that the last one of a run overwrites nothing
      let members = configuration.environments
      let needed = (configuration.steps + members - 1) / members * members
      let capacity = max(min(configuration.replayCapacity, needed), members)
      let recordsEnds = configuration.multiStep.steps > 1
      replay = try ReplayBuffer(
        observationCount: observations, actionCount: actions, capacity: capacity,
        recordsEnds: recordsEnds,
        memory: try .fitting(
          byteCount: capacity * MemoryLayout<Float>.stride
            * ReplayBuffer.recordLength(
              observationCount: observations, actionCount: actions, recordsEnds: recordsEnds)),
        arithmetic: arithmetic)
      plan = TrainingPlan(
        warmUpSteps: configuration.warmUpSteps, updateToData: configuration.updateToData,
        totalSteps: configuration.steps, learningRate: configuration.learningRateSchedule,
        multiStep: configuration.multiStep, dynamicReplay: configuration.dynamicReplay,
        redo: configuration.redo)
    }

    /// How rows of the record are written.
    var replayFormat: Int {
      replay.recordsEnds ? ReplayFile.formatWithEnds : ReplayFile.formatWithoutEnds
    }

    /// Bytes of one transition.
    var rowByteCount: Int { replay.recordLength * MemoryLayout<Float>.stride }
  }
}
