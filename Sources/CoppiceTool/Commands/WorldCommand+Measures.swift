import ArgumentParser
import Coppice

extension WorldCommand {
  /// Where measures of every step go.
  struct MeasureOptions: ParsableArguments {
    @Option(
      name: .customLong("measures"),
      help: ArgumentHelp(
        "Writes what groups do, a row for each step and group, as CSV; see Documentation/Formats.md.",
        valueName: "file"))
    var path: String?

    /// The file, where one is wanted.
    func open() throws -> WorldMeasureFile? { try path.map { try WorldMeasureFile($0) } }
  }
}
