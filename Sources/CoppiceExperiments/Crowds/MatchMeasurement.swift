public import CoppiceCrowds
public import CoppiceGridWorld
public import CoppiceTensors

/// Measures what both sides of a match do, on average over its games.
public final class MatchMeasurement: MatchWatcher {
  private let policy: String
  private let opponent: String
  private let file: WorldMeasureFile?
  private let measures: [WorldMeasure]
  private var measurement: WorldMeasurement?
  private var (number, side) = (0, 0)
  /// Of the policy, and then of its opponent.
  private var sides: [MeasureMeans]

  /// Measures of a match that is about to be played.
  ///
  /// - Parameters:
  ///   - policy: What the policy that is judged is called.
  ///   - opponent: What the other one is called.
  ///   - file: Where measures of every step go, if anywhere; whoever made it finishes it.
  public init(policy: String, opponent: String, file: WorldMeasureFile? = nil) {
    (self.policy, self.opponent, self.file) = (policy, opponent, file)
    measures = file?.measures ?? WorldMeasure.standard
    sides = [MeasureMeans](repeating: MeasureMeans(measures), count: 2)
  }

  /// A game begins.
  public func begin(_ game: WorldEpisode, number: Int, side: Int) {
    (self.number, self.side) = (number, side)
    if let measurement, measurement.world === game.world {
      measurement.begin()
    } else {
      measurement = WorldMeasurement(of: game.world, measures)
    }
  }

  /// Measures a step.
  public func see(_ game: WorldEpisode) throws(UserError) {
    guard let measurement else { return }
    measurement.take()
    try file?.add(
      measurement, game: number,
      players: side == 0 ? [policy, opponent] : [opponent, policy])
  }

  /// Takes a game into account.
  public func end(_ game: WorldEpisode) {
    guard let measurement else { return }
    for (place, group) in [side, 1 - side].enumerated() {
      sides[place].add(measurement, group: group)
    }
  }

  /// What a game had on average, by the names of measures, of those games that had a number.
  public var means: MatchReport.Measures {
    MatchReport.Measures(policy: sides[0].byName, opponent: sides[1].byName)
  }
}
