public import CoppiceGridWorld
public import CoppiceRandom

/// Everybody goes to the nearest enemy and strikes it where it can be reached: an opponent that never
/// learns.
///
/// It knows where all enemies are, also those that its agents do not see. Of those equally near it takes
/// the first; it moves to where its body is free to be and nearest to the enemy, and stays where no move is
/// nearer. It serves worlds without turns.
///
/// - Complexity: O(agents + cells / 64) for each step, and a search for each agent; see `NearestSearch`.
///
/// ## Source
/// The idea of MAgent's rule that rushes to enemies; how it chooses is our own.
public final class NearestEnemyPolicy: GroupPolicy {
  /// Of the world that was played last.
  private var search: NearestSearch?

  /// The policy.
  public init() {}

  /// Writes an action for every agent of a group.
  public func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
    let search = search(in: episode.world)
    search.refresh()
    search.act(for: group)
  }

  private func search(in world: GridWorld) -> NearestSearch {
    if let search, search.world === world { return search }
    let new = NearestSearch(of: world)
    search = new
    return new
  }
}
