public import CoppiceGridWorld
public import CoppiceRandom
public import CoppiceTensors

/// Learners that play the groups of a world, game after game, and learn from what their agents do.
///
/// One learner may play several groups, as in self-play; a group may be played by an opponent that does not
/// learn, always or in a share of the games.
///
/// Checkpoints are taken between games; what follows one does not depend on how often the training was
/// interrupted, nor on the number of threads.
///
/// ## Randomness
/// The key alone: games, actions and updates each have keys of their own, by their number.
///
/// ## Cost
/// Between the beginning of a game and its end nothing is allocated, where policies and learners do not.
public final class CrowdTraining {
  /// Who learns.
  public let learners: [any CrowdLearner]
  /// Who plays each group.
  public let roles: [CrowdRole]
  /// The world, which begins anew for each game.
  public let episode: WorldEpisode
  /// Games so far.
  public private(set) var games = 0
  /// Steps of the world so far, in all games.
  public private(set) var environmentSteps = 0

  private let key: RandomKey
  private let updateKeys: [RandomKey]
  /// By group: who plays it in this game, where it is a learner.
  private var players: [Int?]
  /// By learner.
  private var playedGroups: [[Int]]
  private var record = CrowdGameRecord(groups: [])

  /// A training from its parts.
  ///
  /// - Parameters:
  ///   - description: The world.
  ///   - stepLimit: Steps after which a game is cut short; what the world says where nothing is given.
  ///   - learners: Who learns.
  ///   - roles: Who plays each group, in their order.
  ///   - key: Everything random.
  ///   - pool: The threads that share the work of a step.
  /// - Throws: `UserError` of kind `configuration` when the world cannot be, is over before its first step, or
  ///   never ends; and when shares make no sense.
  /// - Precondition: There is a role for each group, which names a learner that there is, and whose agents see and
  ///   do what the learner was made for.
  public init(
    _ description: WorldDescription, stepLimit: Int? = nil, learners: [any CrowdLearner],
    roles: [CrowdRole], key: RandomKey, pool: WorkerPool
  ) throws(UserError) {
    precondition(roles.count == description.groups.count, "a role for each group")
    precondition(
      roles.allSatisfy { role in role.learner.map(learners.indices.contains) ?? true },
      "roles name learners that there are")
    try Self.check(roles)
    guard stepLimit ?? description.stepLimit != nil else {
      throw UserError(
        .configuration, found: "a world without a step limit", expected: "games that end",
        action: "give it a step_limit")
    }
    episode = try WorldEpisode(
      description, stepLimit: stepLimit, key: key.split("world"), pool: pool)
    guard !episode.isFinished else {
      throw UserError(
        .configuration, found: "a world that is over before its first step",
        expected: "agents in every group", action: "change its placements")
    }
    (self.learners, self.roles, self.key) = (learners, roles, key)
    let updates = key.split("updates")
    updateKeys = learners.indices.map { updates.split($0) }
    players = roles.map(\.learner)
    playedGroups = learners.map { _ in [] }
  }

  /// Steps of agents that somebody learned from, all learners together.
  public var agentSteps: Int { learners.reduce(0) { $0 + $1.agentSteps } }

  /// Updates of all learners.
  public var updates: Int { learners.reduce(0) { $0 + $1.updates } }

  /// Plays and learns from one game.
  ///
  /// - Returns: What came of it.
  /// - Throws: `UserError` of kind `configuration` when somebody finds no place.
  @discardableResult
  public func playGame() throws(UserError) -> CrowdGameRecord {
    let key = key.split("games").split(games)
    try episode.reset(key: key.split("world"))
    choosePlayers(key.split("opponents"))
    begin()
    let steps = key.split("steps")
    while !episode.isFinished { step(key: steps.split(episode.stepCount)) }
    games += 1
    environmentSteps += episode.stepCount
    record.steps = episode.stepCount
    record.isTruncated = episode.isTruncated && !episode.isTerminated
    for group in record.groups.indices {
      record.groups[group].survivors = episode.groups[group].livingCount
    }
    return record
  }

  private func begin() {
    record = CrowdGameRecord(
      groups: players.indices.map { group in
        CrowdGameRecord.Group(
          learner: players[group], began: episode.groups[group].placedCount)
      })
    for (index, learner) in learners.enumerated() {
      playedGroups[index] = players.indices.filter { players[$0] == index }
      learner.begin(episode, groups: playedGroups[index])
    }
  }

  /// Lets everybody act once, and learn.
  private func step(key: RandomKey) {
    for group in players.indices {
      let own = key.split(group)
      if let learner = players[group] {
        learners[learner].act(for: group, in: episode, key: own)
      } else {
        roles[group].opponent?.act(for: group, in: episode, key: own)
      }
    }
    episode.step()
    for group in players.indices {
      let rewards = episode.rewards(of: group)
      record.groups[group].agentSteps += rewards.count
      record.groups[group].reward += rewards.reduce(0) { $0 + Double($1) }
      if let learner = players[group] { learners[learner].receive(for: group, in: episode) }
    }
    episode.clearDead()
    let isFinished = episode.isFinished
    for index in learners.indices {
      if isFinished { learners[index].finish(episode) }
      learners[index].learn(key: updateKeys[index])
    }
  }

  /// Draws who plays what: of the groups that have an opponent now and then, one at most is its opponent's.
  private func choosePlayers(_ key: RandomKey) {
    var random = key.stream()
    var rest = random.nextUniform()
    for (group, role) in roles.enumerated() {
      players[group] = role.learner
      guard role.learner != nil, role.opponent != nil else { continue }
      if rest >= 0, rest < role.share { players[group] = nil }
      rest -= role.share
    }
  }

  private static func check(_ roles: [CrowdRole]) throws(UserError) {
    let shares = roles.filter { $0.learner != nil }.map(\.share)
    guard shares.allSatisfy({ (0...1).contains($0) }), shares.reduce(0, +) <= 1 else {
      throw UserError(
        .configuration, found: "opponents with shares of \(shares) of the games",
        expected: "from 0 to 1, and not more than 1 together", action: "change them")
    }
  }
}

extension CrowdTraining: Checkpointable {
  /// Saves the learners and how far the training is.
  public func save(into tensors: inout NamedTensors) {
    for (index, learner) in learners.enumerated() {
      tensors.save(learner, under: "learner-\(index + 1)")
    }
    saveProgress(into: &tensors)
  }

  /// Restores everything that ``save(into:)`` saved.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    for (index, learner) in learners.enumerated() {
      try learner.restore(from: tensors.under("learner-\(index + 1)"))
    }
    try restoreProgress(from: tensors)
  }

  /// Saves how far the training is, without the learners, which may lie elsewhere.
  public func saveProgress(into tensors: inout NamedTensors) {
    tensors.set("progress", [Int64(games), Int64(environmentSteps)])
  }

  /// Restores what ``saveProgress(into:)`` saved.
  public func restoreProgress(from tensors: NamedTensors) throws(UserError) {
    let progress: [Int64] = try tensors.get("progress")
    guard progress.count == 2, progress.allSatisfy({ $0 >= 0 }) else {
      throw UserError(
        .checkpoint, found: "\(progress) as progress", expected: "two counts",
        action: "use a checkpoint that was not altered")
    }
    (games, environmentSteps) = (Int(progress[0]), Int(progress[1]))
  }
}
