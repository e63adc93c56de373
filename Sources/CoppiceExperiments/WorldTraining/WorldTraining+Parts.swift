import CoppiceCrowds
import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors

extension WorldTraining {
  /// Everything that settings name, made before any file is touched.
  struct Parts {
    let key: RandomKey
    let cast: WorldCast
    let training: CrowdTraining
    let judge: WorldJudge
    /// Groups that a trained policy plays, and where it lies.
    private(set) var trainedOpponents: [(group: Int, path: String)] = []

    /// The parts for a world.
    ///
    /// - Parameters:
    ///   - settings: All settings.
    ///   - description: The world.
    ///   - path: Where the trained policy of an opponent lies.
    /// - Throws: `UserError` when something makes no sense, or is missing.
    init(
      _ settings: WorldTrainingSettings, _ description: WorldDescription,
      path: (WorldOpponent) throws(UserError) -> String
    ) throws(UserError) {
      key = RandomKey(seed: settings.seed)
      let pool = WorkerPool(threadCount: settings.threads)
      let stepLimit = min(settings.stepLimit, description.stepLimit ?? .max)
      judge = try WorldJudge(
        description, stepLimit: stepLimit, key: key.split("evaluation"), pool: pool)
      let world = judge.world
      cast = try WorldCast(settings, world)
      var roles: [CrowdRole] = []
      for group in world.groups.indices {
        let learner = cast.learner(of: group)
        guard let opponent = cast.opponents[group] else {
          roles.append(learner.map { CrowdRole(learner: $0) } ?? CrowdRole(opponent: StillPolicy()))
          continue
        }
        let policy: any GroupPolicy
        if let scripted = ScriptedPolicyCatalogue.standard.policy(opponent.policy) {
          policy = scripted
        } else {
          let source = try path(opponent)
          policy = try Self.trained(source, opponent, world, pool)
          trainedOpponents.append((group, source))
        }
        roles.append(
          learner.map { CrowdRole(learner: $0, opponent: policy, share: opponent.share) }
            ?? CrowdRole(opponent: policy))
      }
      let learners = try Self.learners(settings, cast, world, key.split("learner"), pool)
      training = try CrowdTraining(
        description, stepLimit: stepLimit, learners: learners, roles: roles,
        key: key.split("play"), pool: pool)
    }

    private static func learners(
      _ settings: WorldTrainingSettings, _ cast: WorldCast, _ world: GridWorld, _ key: RandomKey,
      _ pool: WorkerPool
    ) throws(UserError) -> [any CrowdLearner] {
      let entry = try CrowdLearnerCatalogue.standard.entry(settings.learner)
      let counts = cast.parts.map { part in
        part.groups.reduce(0) { $0 + world.groups[$1].placedCount }
      }
      let all = max(1, counts.reduce(0, +))
      var learners: [any CrowdLearner] = []
      for (index, part) in cast.parts.enumerated() {
        var setup = CrowdLearnerSetup(
          AgentShape(of: part.groups[0], in: world), key: key.split(index), pool: pool)
        try setup.adopt(settings)
        // as if everybody lived equally long
        let share = Double(counts[index]) / Double(all)
        setup.agentSteps = max(1, Int(Double(settings.steps) * share))
        learners.append(try entry.learner(settings.learnerSettings, setup: setup))
      }
      return learners
    }

    private static func trained(
      _ path: String, _ opponent: WorldOpponent, _ world: GridWorld, _ pool: WorkerPool
    ) throws(UserError) -> any GroupPolicy {
      guard Folder.exists(path) else { throw NamedOpponent.unknown(path) }
      let policy = try WorldPolicy(path: path, pool: pool)
      guard policy.fits(opponent.group, in: world) else {
        throw UserError(
          .configuration,
          found:
            "\(path), whose agents see or do something else than "
            + world.groups[opponent.group].name,
          expected: "a policy that was trained for agents like them", action: "name another one")
      }
      return policy.makePolicy()
    }
  }
}

extension Provenance {
  /// What can be found out here and now, for the kernels that worlds are trained with.
  static var ofThisMachine: Provenance {
    current(instructionSet: KernelArithmetic.fastest.instructionSet.rawValue)
  }
}
