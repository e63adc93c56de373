public import CoppiceGridWorld
import CoppiceReports
public import CoppiceTensors

/// Writes measures of groups as CSV: a row for each step and group.
///
/// The columns are `game`, `step`, `group`, `player` and those of the measures, in their order. Where nothing was there
/// to be counted a cell is empty. The file takes its name when it is finished.
public final class WorldMeasureFile {
  /// What there is in each row.
  public let measures: [WorldMeasure]
  private let file: GrowingFile
  private var rows: CSVText

  /// The columns before those of measures.
  static let firstColumns = ["game", "step", "group", "player"]

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: Where it will lie; a file that is there is replaced in the end.
  ///   - measures: What there will be in each row.
  /// - Throws: `UserError` of kind `file` when the place cannot be written.
  public init(
    _ path: String, _ measures: [WorldMeasure] = WorldMeasure.standard
  ) throws(UserError) {
    file = try GrowingFile(path)
    self.measures = measures
    rows = CSVText(Self.firstColumns + measures.map(\.name))
  }

  /// Adds the step that was measured last.
  ///
  /// - Parameters:
  ///   - measurement: Of the same measures as the file.
  ///   - game: Its number, from 0.
  ///   - players: Who plays each group.
  /// - Throws: `UserError` of kind `file` when the disk is full or fails.
  public func add(
    _ measurement: WorldMeasurement, game: Int = 0, players: [String]
  ) throws(UserError) {
    precondition(measurement.measures.count == measures.count, "measures of the file's columns")
    for (index, group) in measurement.world.groups.enumerated() {
      rows.add(
        ["\(game)", "\(measurement.world.stepCount)", group.name, players[index]]
          + measures.indices.map { Self.cell(measurement.value(of: $0, group: index)) })
    }
    try file.append(rows.take().utf8)
  }

  /// A number in its shortest exact spelling, whole ones without a point.
  private static func cell(_ value: Double?) -> String {
    guard let value, let whole = Int(exactly: value), abs(value) < 1e15 else {
      return CSVText.number(value)
    }
    return "\(whole)"
  }

  /// Gives the file its name.
  ///
  /// - Throws: `UserError` of kind `file`; a file that was there before is then still in place.
  public func finish() throws(UserError) {
    try file.append(rows.take().utf8)
    try file.finish()
  }
}
