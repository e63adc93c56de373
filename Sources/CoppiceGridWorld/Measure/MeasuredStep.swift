import CoppiceTensors

/// A step of a world as measures see it: after it was done, and before the dead are cleared.
///
/// What several measures want, and what they need to remember from the step before, is kept here.
public final class MeasuredStep {
  /// The world.
  public let world: GridWorld
  /// `[numbers]`: the first cell of each agent's body before the step.
  private let before: AlignedBuffer<SIMD2<Int16>>
  /// `[N]`, by slot: how often each was hit by the group that is counted; zeros between two counts.
  private let hitCounts: AlignedBuffer<Int32>
  private let search: NearestSearch
  private var isSearchCurrent = false

  init(_ world: GridWorld) {
    self.world = world
    let capacity = world.agents.number.count
    before = AlignedBuffer(count: capacity)
    hitCounts = AlignedBuffer(count: capacity)
    search = NearestSearch(of: world)
  }

  /// Remembers where everybody is, for the next step.
  func begin() {
    isSearchCurrent = false
    for (index, group) in world.groups.enumerated() {
      for slot in group.slots where isAlive(slot) {
        before.pointer[number(of: slot)] = place(of: slot, world.groups[index].type)
      }
    }
  }

  /// Forgets what was found out about the step before.
  func refresh() { isSearchCurrent = false }

  // MARK: What is known of an agent

  @inline(__always)
  func isAlive(_ slot: Int) -> Bool { world.agents.isDead.pointer[slot] == 0 }

  @inline(__always)
  private func number(of slot: Int) -> Int { Int(world.agents.number.pointer[slot]) }

  /// The first cell of a body, around which it turns, so that a turn is no move.
  private func place(of slot: Int, _ type: AgentType) -> SIMD2<Int16> {
    let cell = world.firstCell(of: slot, type)
    return SIMD2(Int16(cell.x), Int16(cell.y))
  }

  /// How far an agent moved in the step.
  func move(of slot: Int, _ type: AgentType) -> (x: Int, y: Int) {
    let (now, old) = (place(of: slot, type), before.pointer[number(of: slot)])
    return (Int(now.x) - Int(old.x), Int(now.y) - Int(old.y))
  }

  /// Whether an agent hit another in the step, which it may have killed by it.
  @inline(__always)
  func hasHit(_ slot: Int) -> Bool {
    let kind = world.agents.encounter.pointer[slot]
    return kind == Encounter.attack.rawValue || kind == Encounter.kill.rawValue
  }

  // MARK: What is known of a group

  /// How many agents of a group met with something in the step, the dead included.
  func count(_ kind: Encounter, of group: Int) -> Int {
    world.groups[group].slots.count { world.agents.encounter.pointer[$0] == kind.rawValue }
  }

  /// How many hits of a group there were, and how many of them struck somebody whom another of the group struck as well.
  ///
  /// - Complexity: O(agents of the group).
  func jointHits(of group: Int) -> (joint: Int, all: Int) {
    let (slots, counts) = (world.groups[group].slots, hitCounts.pointer)
    let victims = world.agents.encountered.pointer
    var (joint, all) = (0, 0)
    for slot in slots where hasHit(slot) {
      counts[Int(victims[slot])] += 1
      all += 1
    }
    for slot in slots where hasHit(slot) && counts[Int(victims[slot])] > 1 { joint += 1 }
    for slot in slots where hasHit(slot) { counts[Int(victims[slot])] = 0 }
    return (joint, all)
  }

  /// The squares of the distances from the living of a group to the nearest of another, by slot; −1 for the dead and
  /// where there is nobody else.
  func squaredEnemyDistances(of group: Int) -> UnsafeMutablePointer<Int32> {
    if !isSearchCurrent { search.refresh() }
    isSearchCurrent = true
    search.measureDistances(of: group)
    return search.squaredDistances.pointer
  }
}
