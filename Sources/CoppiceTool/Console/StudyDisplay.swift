import Coppice

/// Shows on standard error how a study goes: a table that is drawn anew on a terminal, lines elsewhere.
final class StudyDisplay: StudyPoolObserver {
  private let folder: StudyFolder
  private let isQuiet: Bool
  private let isInteractive: Bool
  private var shownLineCount = 0
  private var news: [String] = []

  /// A display of the study in `folder` that shows nothing where `isQuiet`.
  init(_ folder: StudyFolder, isQuiet: Bool) {
    self.folder = folder
    self.isQuiet = isQuiet
    isInteractive = Console.isInteractive
  }

  func told(_ line: String) {
    if isQuiet { return }
    if isInteractive {
      // starts and ends are in the table; what went wrong stays on the screen above it
      if line.contains("failed") || line.hasPrefix("memory") { news.append(line) }
    } else {
      Console.complain(line)
    }
  }

  func looked() {
    guard isInteractive, !isQuiet, let status = try? StudyStatus(of: folder) else { return }
    let lines = status.lines(
      columnCount: Console.columnCount, rowCount: max(4, Console.rowCount - 1))
    // back to the first line, and everything below it away
    var text = shownLineCount > 0 ? "\u{1B}[\(shownLineCount)A\r\u{1B}[J" : ""
    for line in news + lines { text += line + "\n" }
    Console.show(text)
    news = []
    shownLineCount = lines.count
  }

  /// Leaves the last table where it is.
  func finish() { shownLineCount = 0 }
}
