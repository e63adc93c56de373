public import CoppiceGridWorld
public import CoppiceRandom

/// Everybody goes to the nearest enemy and strikes it where it can be reached: an opponent that never
/// learns.
///
/// It knows where all enemies are, also those that its agents do not see. Of those equally near it takes
/// the first; it moves to the free cell that is nearest to the enemy, and stays where no move is nearer.
/// It serves worlds without turns, and agents of one cell.
///
/// - Complexity: O(agents · enemies) for each step.
///
/// ## Source
/// The idea of MAgent's rule that rushes to enemies; how it chooses is our own.
public final class NearestEnemyPolicy: GroupPolicy {
  /// The policy.
  public init() {}

  /// Writes an action for every agent of a group.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    let (world, actions) = (episode.world, episode.actions(of: group))
    let space = world.groups[group].actions
    var (enemies, taken) = ([Placement.Place](), Set(world.walls.map(Cell.init)))
    for other in world.groups.indices {
      let places = world.places(of: other)
      taken.formUnion(places.map(Cell.init))
      if other != group { enemies += places }
    }
    for (agent, place) in world.places(of: group).enumerated() {
      actions[agent] = Int16(space.stay)
      let own = Cell(place)
      guard let enemy = enemies.map(Cell.init).min(by: { own.distance($0) < own.distance($1) })
      else { continue }
      if let attack = space.attacks.firstIndex(where: { own.moved($0) == enemy }) {
        actions[agent] = Int16(space.firstAttack + attack)
        continue
      }
      var nearest = own.distance(enemy)
      for (move, offset) in space.moves.enumerated() {
        let cell = own.moved(offset)
        if cell.distance(enemy) < nearest, !taken.contains(cell) {
          (nearest, actions[agent]) = (cell.distance(enemy), Int16(move))
        }
      }
    }
  }

  private struct Cell: Hashable {
    var x: Int
    var y: Int

    init(_ place: Placement.Place) { (x, y) = (place.x, place.y) }

    func moved(_ offset: CellRange.Offset) -> Cell {
      var cell = self
      cell.x += offset.x
      cell.y += offset.y
      return cell
    }

    func distance(_ other: Cell) -> Int {
      (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)
    }
  }
}
