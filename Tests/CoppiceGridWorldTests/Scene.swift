import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors

/// A small world for a test, in which agents are told what to do by where it leads.
struct Scene {
  let world: GridWorld

  /// A world of `size` × `size` cells in which agents move in the order of their groups.
  init(
    _ groups: [(AgentType, [Placement.Place])], walls: [Placement.Place] = [], size: Int = 12,
    turns: Bool = false, order: TurnOrder = .submitted, seed: UInt64 = 1, threads: Int = 1,
    rules: [RewardRule] = []
  ) throws {
    var description = WorldDescription(width: size, height: size)
    for (index, group) in groups.enumerated() {
      description.groups.append(
        WorldDescription.Group("group \(index)", group.0, [.at(group.1)]))
    }
    description.walls = [.at(walls)]
    (description.hasTurns, description.moveOrder) = (turns, order)
    description.rules = rules
    world = try GridWorld(
      description, key: RandomKey(seed: seed), pool: WorkerPool(threadCount: threads))
  }

  /// The move by `x`, `y` of a group.
  func move(_ x: Int, _ y: Int, of group: Int = 0) -> Int {
    world.groups[group].actions.moves.firstIndex(of: CellRange.Offset(x, y)) ?? -1
  }

  /// The attack on the cell at `x`, `y` of a group with bodies of one cell.
  func attack(_ x: Int, _ y: Int, of group: Int = 0) -> Int {
    let space = world.groups[group].actions
    guard let index = space.attacks.firstIndex(of: CellRange.Offset(x, y)) else { return -1 }
    return space.firstAttack + index
  }

  /// One step, with the actions of each group, after which the dead are not cleared; agents without one stay.
  func step(_ actions: [Int]...) {
    for (group, own) in actions.enumerated() {
      let rest = [Int](repeating: -1, count: world.groups[group].count - own.count)
      world.setActions(own + rest, of: group)
    }
    world.step()
  }

  /// Where the agents of a group are.
  func cells(_ group: Int = 0) -> [[Int]] { world.places(of: group).map { [$0.x, $0.y] } }
}
