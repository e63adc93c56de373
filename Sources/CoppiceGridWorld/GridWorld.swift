public import CoppiceRandom
public import CoppiceTensors

/// A world of cells in which groups of agents move, fight and die.
///
/// ```swift
/// let world = try GridWorld(.battle(size: 45), key: RandomKey(seed: 1))
/// for group in world.groups.indices { world.setActions(actions[group], of: group) }
/// world.step()
/// // rewards and who lives are read here
/// world.clearDead()
/// ```
///
/// ## Rules
/// A step is: attacks; recovery; turns; moves; rewards by rule. All attacks are aimed before anybody moves.
/// Where the order decides, as between two that want one cell, it is drawn anew for every step, so no group has
/// an advantage; ``WorldDescription/moveOrder`` has moves follow the order of the groups instead. A step has
/// the outcome of everybody having their turn one after the other in this order, on however many threads it runs.
///
/// In a world with food that is no agent, whoever is killed leaves some in the cell that was struck. An attack on
/// food eats of it; food is in everybody's way, and running into it is no collision.
///
/// ## Shapes
/// - `N`: agents of all groups, the dead of the last step included until ``clearDead()``
///
/// ## Randomness
/// The key alone: the same description, key and actions give the same bits for any number of threads.
///
/// ## Source
/// Zheng, Yang, Cai, Zhang, Wang, Yu 2018, "MAgent: A Many-Agent Reinforcement Learning Platform for Artificial
/// Collective Intelligence", arXiv 1712.00600, and the rules of its published engine.
/// **Differences**: the order in which agents move is drawn, where the engine has group 0 move first on small
/// maps and goes by bands of columns on large ones; the last agents of a group take the places of those that
/// died, where the engine closes ranks.
public final class GridWorld {
  /// One group, and where it lies among all agents.
  public struct Group: Sendable {
    /// What it is called.
    public let name: String
    /// What its agents are.
    public let type: AgentType
    /// What they can do.
    public let actions: ActionSpace
    /// Its first slot.
    let first: Int
    /// How many agents it has, the dead included until they are cleared.
    public internal(set) var count: Int
    /// How many agents it began with.
    public internal(set) var placedCount = 0
    /// The number of its first agent; the others follow it in the order in which they were placed.
    public internal(set) var firstNumber = 0
    /// How many of them are dead.
    public internal(set) var deadCount = 0
    /// What all its agents earn in this step besides their own.
    public internal(set) var reward: Float = 0
    /// How much food its agents ate in the last step.
    public internal(set) var eaten: Float = 0

    /// How many are alive.
    public var livingCount: Int { count - deadCount }

    var slots: Range<Int> { first..<(first + count) }
  }

  /// What the world is.
  public let description: WorldDescription
  /// Its groups.
  public internal(set) var groups: [Group]
  /// Steps so far.
  public internal(set) var stepCount = 0
  /// Whether a rule that is terminal came to pass in the last step.
  public internal(set) var isEndedByRule = false

  let agents: AgentTable
  let map: WorldMap
  let pool: WorkerPool
  var key: RandomKey
  /// Whether every body is one cell and nobody swallows: then moves are decided all at once.
  let isSimple: Bool
  let scratch: StepScratch
  let tables: [ActionTable]
  let views: [ViewTable]
  /// By group.
  let fullHealth: AlignedBuffer<Float>
  var order: StepOrder
  var moveOrder: StepOrder
  var needsClearing = false
  /// Where threads that write views write to, and whose: a group, its first slot, and how many.
  var viewTarget: (group: Int, first: Int, count: Int, target: ViewTarget, records: ViewPanels?)?
  /// Which group acts by chance, while it does.
  var chance: (group: Int, key: RandomKey)?
  /// Where threads that write features write to.
  var featureTarget: FeatureTarget?
  /// Where threads that write a state write to, and whether with features.
  var stateTarget: (output: UnsafeMutablePointer<Float>, hasFeatures: Bool)?
  /// What threads that write mean actions write.
  var meanActionRequest: MeanActionRequest?
  /// For each action how many of a group did it, while mean actions of a whole group are written.
  let actionCounts: AlignedBuffer<Float>
  /// Nothing where there are no rules.
  private(set) var rewardPlan: RewardPlan?

  /// The world of `description`, with everybody at their places.
  ///
  /// - Parameters:
  ///   - description: What it is.
  ///   - key: Everything random is from.
  ///   - pool: Who shares the work.
  /// - Throws: `UserError` of kind `configuration` when the description makes no sense, or somebody finds
  ///   no place.
  public init(
    _ description: WorldDescription, key: RandomKey, pool: WorkerPool = WorkerPool(threadCount: 1)
  ) throws(UserError) {
    try description.validate()
    self.description = description
    (self.key, self.pool) = (key, pool)
    let map = WorldMap(
      width: description.width, height: description.height,
      margin: description.groups.map { ViewTable.reach(of: $0.type) }.max() ?? 0)
    self.map = map
    isSimple = description.groups.allSatisfy {
      $0.type.width == 1 && $0.type.length == 1 && !$0.type.absorbs
    }
    let counts = description.groups.map(Self.mostAgents)
    agents = AgentTable(capacity: counts.reduce(0, +))
    scratch = StepScratch(
      capacity: counts.reduce(0, +), groupCount: counts.count,
      cellCount: isSimple ? map.occupant.count : 0,
      threadCount: pool.threadCount)
    order = StepOrder(.shuffled, key: key)
    moveOrder = order
    fullHealth = AlignedBuffer(description.groups.map(\.type.health))
    var (empty, first): ([Group], Int) = ([], 0)
    for (group, count) in zip(description.groups, counts) {
      empty.append(
        Group(
          name: group.name, type: group.type,
          actions: ActionSpace(group.type, turns: description.hasTurns), first: first, count: 0))
      first += count
    }
    tables = empty.map { ActionTable($0.actions) }
    views = empty.enumerated().map { index, group in
      ViewTable(
        group.type, index, groupCount: empty.count, hasMinimap: description.hasMinimap,
        hasFood: description.hasFood, rowStride: map.rowStride)
    }
    groups = empty
    actionCounts = AlignedBuffer(count: empty.map(\.actions.count).max() ?? 0)
    try place()
    try planRewards()
  }

  /// Reads the rules anew, for everybody who was just placed.
  func planRewards() throws(UserError) {
    guard !description.rules.isEmpty else { return }
    rewardPlan = try RewardPlan(
      description.rules, agents, groups, width: map.width, height: map.height)
  }

  /// The number of the group called `name`.
  public func group(named name: String) -> Int? { groups.firstIndex { $0.name == name } }

  /// Whether one group at least has nobody alive, or a terminal rule came to pass in the last step.
  public var isOver: Bool { isEndedByRule || groups.contains { $0.livingCount == 0 } }

  // MARK: Actions and what comes of them

  /// Tells the agents of a group what to do in the next step.
  ///
  /// - Parameters:
  ///   - actions: For each agent of the group, in its order; one that is negative or too large is no action.
  ///   - group: Which group.
  /// - Precondition: There is one for each agent.
  public func setActions(_ actions: some Collection<Int>, of group: Int) {
    let own = groups[group]
    precondition(actions.count == own.count, "an action for each agent of the group")
    var slot = own.first
    for action in actions {
      agents.action.pointer[slot] = (0..<own.actions.count).contains(action) ? Int16(action) : -1
      slot += 1
    }
  }

  /// Room for the actions of a group, to be written directly: numbers below 0 are no action.
  ///
  /// - Precondition: What is written is below the number of actions of the group.
  public func actions(of group: Int) -> UnsafeMutableBufferPointer<Int16> {
    UnsafeMutableBufferPointer(rebasing: agents.action.elements[groups[group].slots])
  }

  /// What each agent of a group earned in the last step, those that died in it included.
  public func rewards(of group: Int) -> [Float] {
    let own = groups[group]
    return own.slots.map { agents.reward.pointer[$0] + own.reward }
  }

  /// Whether each agent of a group is alive.
  public func isAlive(of group: Int) -> [Bool] {
    groups[group].slots.map { agents.isDead.pointer[$0] == 0 }
  }

  /// The number of each agent of a group, which it keeps for life.
  public func numbers(of group: Int) -> [Int] {
    groups[group].slots.map { Int(agents.number.pointer[$0]) }
  }

  /// The upper left cell of each agent of a group, and where it faces.
  public func places(of group: Int) -> [Placement.Place] {
    groups[group].slots.map {
      Placement.Place(
        Int(agents.x.pointer[$0]), Int(agents.y.pointer[$0]),
        Direction(rawValue: agents.direction.pointer[$0]) ?? .north)
    }
  }

  /// The health of each agent of a group.
  public func health(of group: Int) -> [Float] {
    groups[group].slots.map { agents.health.pointer[$0] }
  }

  /// What each agent of a group met with in the last step, and the number of the other.
  public func encounters(of group: Int) -> [(kind: Encounter, number: Int?)] {
    groups[group].slots.map { slot in
      let kind = Encounter(rawValue: agents.encounter.pointer[slot]) ?? .none
      let other = Int(agents.encountered.pointer[slot])
      return (kind, kind == .none ? nil : Int(agents.number.pointer[other]))
    }
  }

  /// Where there are walls, those of the border included.
  public var walls: [Placement.Place] { map.walls }

  /// Memory of the world: its map, its agents, and what a step needs.
  public var byteCount: Int {
    map.byteCount + agents.byteCount + scratch.byteCount
  }

  /// A number that differs, as good as certainly, where two worlds of one description do, in what their agents are,
  /// do and have earned.
  public var digest: UInt64 {
    var digest = Digest()
    digest.add(stepCount << 1 | (isEndedByRule ? 1 : 0))
    for group in groups {
      digest.add(group.count)
      digest.add(Int(group.reward.bitPattern))
      for slot in group.slots {
        digest.add(Int(agents.number.pointer[slot]))
        digest.add(Int(agents.x.pointer[slot]) << 16 | Int(agents.y.pointer[slot]))
        digest.add(Int(agents.direction.pointer[slot]))
        digest.add(Int(agents.health.pointer[slot].bitPattern))
        digest.add(Int(agents.reward.pointer[slot].bitPattern))
        digest.add(Int(agents.lastReward.pointer[slot].bitPattern))
        digest.add(Int(agents.lastAction.pointer[slot]))
        digest.add(Int(agents.encounter.pointer[slot]))
        digest.add(
          Int(agents.isDead.pointer[slot]) << 8 | Int(agents.hasAbsorbed.pointer[slot]))
      }
    }
    if description.hasFood {
      for y in 0..<map.height {
        for x in 0..<map.width where map.kind[map.cell(x, y)] == WorldMap.food {
          digest.add(map.cell(x, y))
          digest.add(Int(map.occupant.pointer[map.cell(x, y)]))
        }
      }
    }
    return digest.value
  }
}

/// The hash FNV-1a, word by word in place of byte by byte.
private struct Digest {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ word: Int) {
    value = (value ^ UInt64(bitPattern: Int64(word))) &* 0x0000_0100_0000_01B3
    value ^= value >> 29
  }
}
