public import CoppiceRandom
public import CoppiceTensors

/// A world that is played from a beginning to an end by whole groups at once.
///
/// ```swift
/// let episode = try WorldEpisode(.battle(), key: RandomKey(seed: 1))
/// while !episode.isFinished {
///   for group in episode.groups.indices {
///     episode.world.writeViews(of: 0..<episode.groups[group].count, in: group, to: views[group])
///     choose(views[group], episode.actions(of: group))
///   }
///   episode.step()
///   for group in episode.groups.indices {
///     learn(episode.rewards(of: group), episode.isTerminated(of: group))
///   }
///   episode.clearDead()
/// }
/// try episode.reset(key: RandomKey(seed: 2))
/// ```
///
/// ## The cycle
/// Observe, act, ``step()``, read rewards and ends, ``clearDead()``. Everything that is read of a group is one
/// list with an entry for each agent, and all lists of a group have one order. Between ``step()`` and
/// ``clearDead()`` it is the order in which agents acted, those that died in the step included, and what is
/// observed then is what followed on their actions; the last reward among the features is that of the step
/// before. ``clearDead()`` may change the order; ``numbers(of:)`` says who is where.
///
/// ## Ends
/// An agent is *terminated* when it died, and when the world is over: a terminal rule came to pass, or a group has
/// nobody alive. It is *truncated* when the step limit is reached. Both may be true of one agent; its future is
/// worth nothing then, since it is terminated.
///
/// ## Cost
/// The episode allocates nothing between two calls of ``reset(key:)``. Besides what the world does, a step is O(`N`).
///
/// ## Source
/// The parallel interface of MAgent2. **Differences**: groups in place of names of agents; agents without an
/// action stay.
public final class WorldEpisode {
  /// The world, which is observed directly; it is the episode that lets it step.
  public let world: GridWorld
  /// After how many steps agents are truncated.
  public let stepLimit: Int

  /// `[N]`: as agents lie in the world.
  private let reward: AlignedBuffer<Float>
  private let terminated: AlignedBuffer<Bool>
  private let truncated: AlignedBuffer<Bool>
  private var hasOutcome = false

  /// The beginning of an episode.
  ///
  /// - Parameters:
  ///   - description: The world.
  ///   - stepLimit: After how many steps agents are truncated; what `description` says, or never, where nothing
  ///     is given.
  ///   - key: Everything random is from.
  ///   - pool: Who shares the work.
  /// - Throws: `UserError` of kind `configuration` when the world cannot be.
  public convenience init(
    _ description: WorldDescription, stepLimit: Int? = nil, key: RandomKey,
    pool: WorkerPool = WorkerPool(threadCount: 1)
  ) throws(UserError) {
    var description = description
    description.stepLimit = stepLimit ?? description.stepLimit
    self.init(
      try GridWorld(description, key: key, pool: pool), stepLimit: description.stepLimit ?? .max)
  }

  /// An episode that goes on from where a world stands.
  ///
  /// Somebody else may step the world in place of the episode, which then has no rewards to tell of.
  ///
  /// - Parameters:
  ///   - world: The world.
  ///   - stepLimit: After how many steps agents are truncated.
  public init(_ world: GridWorld, stepLimit: Int = .max) {
    (self.world, self.stepLimit) = (world, stepLimit)
    let capacity = world.agents.number.count
    reward = AlignedBuffer(count: capacity)
    terminated = AlignedBuffer(count: capacity)
    truncated = AlignedBuffer(count: capacity)
  }

  /// Begins anew.
  ///
  /// - Parameter key: Everything random is from.
  /// - Throws: `UserError` of kind `configuration` when somebody finds no place with this key.
  public func reset(key: RandomKey) throws(UserError) {
    hasOutcome = false
    try world.reset(key: key)
  }

  // MARK: Who there is

  /// More than the number of any agent that there is, or that there can be after ``reset(key:)``.
  public var agentCapacity: Int { world.agents.number.count }

  /// The groups, in their order.
  public var groups: [GridWorld.Group] { world.groups }

  /// Steps since the beginning.
  public var stepCount: Int { world.stepCount }

  /// Whether the world is over: a terminal rule came to pass in the last step, or a group has nobody alive.
  public var isTerminated: Bool { world.isOver }

  /// Whether the step limit is reached.
  public var isTruncated: Bool { world.stepCount >= stepLimit }

  /// Whether nobody acts any more before ``reset(key:)``.
  public var isFinished: Bool { isTerminated || isTruncated }

  /// The number of each agent of a group, which it keeps from the beginning to its end: the group's
  /// ``GridWorld/Group/firstNumber`` and those that follow, ``GridWorld/Group/placedCount`` in all.
  ///
  /// - Parameter group: Which group.
  /// - Returns: For each agent of the group, in its order; valid until the next call that changes the world.
  public func numbers(of group: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(rebasing: world.agents.number.elements[world.groups[group].slots])
  }

  // MARK: The cycle

  /// Room for the actions of a group: a number below 0 is no action, and so is what nobody wrote.
  ///
  /// - Precondition: What is written is below the number of actions of the group.
  public func actions(of group: Int) -> UnsafeMutableBufferPointer<Int16> {
    world.actions(of: group)
  }

  /// Lets everybody act.
  ///
  /// - Precondition: The episode is not finished, and the dead of the last step are cleared.
  /// - Complexity: O(`N`).
  public func step() {
    precondition(!isFinished, "an episode that is finished begins anew before its next step")
    precondition(!hasOutcome, "the dead are cleared before the next step")
    world.step()
    // what more a closure captures is allocated
    world.pool.run { [self] worker in
      let (isOver, isTruncated) = (isTerminated, isTruncated)
      for group in world.groups {
        for slot in world.slots(of: group, worker.part) {
          reward.pointer[slot] = world.agents.reward.pointer[slot] + group.reward
          terminated.pointer[slot] = isOver || world.agents.isDead.pointer[slot] != 0
          truncated.pointer[slot] = isTruncated
        }
      }
    }
    hasOutcome = true
  }

  /// What each agent of a group earned in the last step, its share of what its group earned included.
  ///
  /// - Parameter group: Which group.
  /// - Returns: For each agent, in the order in which they acted; valid until the dead are cleared.
  /// - Precondition: There was a step, after which the dead were not cleared.
  public func rewards(of group: Int) -> UnsafeBufferPointer<Float> { outcome(reward, of: group) }

  /// Whether each agent of a group has come to its end: it died, or the world is over.
  ///
  /// - Parameter group: Which group.
  /// - Returns: For each agent, in the order in which they acted; valid until the dead are cleared.
  /// - Precondition: There was a step, after which the dead were not cleared.
  public func isTerminated(of group: Int) -> UnsafeBufferPointer<Bool> {
    outcome(terminated, of: group)
  }

  /// Whether each agent of a group is cut off by the step limit.
  ///
  /// - Parameter group: Which group.
  /// - Returns: For each agent, in the order in which they acted; valid until the dead are cleared.
  /// - Precondition: There was a step, after which the dead were not cleared.
  public func isTruncated(of group: Int) -> UnsafeBufferPointer<Bool> {
    outcome(truncated, of: group)
  }

  /// Takes those that died off the lists; does nothing where that was done.
  ///
  /// - Complexity: O(`N`).
  public func clearDead() {
    guard hasOutcome else { return }
    world.clearDead()
    hasOutcome = false
  }

  private func outcome<Element>(
    _ buffer: AlignedBuffer<Element>, of group: Int
  ) -> UnsafeBufferPointer<Element> {
    precondition(hasOutcome, "outcomes are read after a step and before the dead are cleared")
    return UnsafeBufferPointer(rebasing: buffer.elements[world.groups[group].slots])
  }
}
