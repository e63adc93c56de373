import CoppiceGridWorld

/// Means of measures over games, of each over those games in which there was something to measure.
struct MeasureMeans {
  private let measures: [WorldMeasure]
  private var sums: [(total: Double, games: Int)]

  /// Means of no game yet.
  init(_ measures: [WorldMeasure]) {
    self.measures = measures
    sums = measures.map { _ in (0, 0) }
  }

  /// Takes into account what a group did in a game that has ended.
  mutating func add(_ game: WorldMeasurement, group: Int) {
    for measure in measures.indices {
      guard let value = game.summary(of: measure, group: group) else { continue }
      sums[measure].total += value
      sums[measure].games += 1
    }
  }

  /// The means, by the names of measures.
  var byName: [String: Double] {
    var means: [String: Double] = [:]
    for (measure, sum) in zip(measures, sums) where sum.games > 0 {
      means[measure.name] = sum.total / Double(sum.games)
    }
    return means
  }
}
