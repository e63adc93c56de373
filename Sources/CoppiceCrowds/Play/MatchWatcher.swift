public import CoppiceGridWorld
public import CoppiceTensors

/// Whoever looks on while the games of a match are played.
public protocol MatchWatcher: AnyObject {
  /// A game begins.
  ///
  /// - Parameters:
  ///   - game: Before its first step.
  ///   - number: Which game, from 0.
  ///   - side: The group of the policy that is judged.
  func begin(_ game: WorldEpisode, number: Int, side: Int)

  /// A step was done, and the dead are not cleared yet.
  ///
  /// - Throws: What ends the match.
  func see(_ game: WorldEpisode) throws(UserError)

  /// A game is over.
  func end(_ game: WorldEpisode)
}
