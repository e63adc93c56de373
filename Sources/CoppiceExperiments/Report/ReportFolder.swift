public import CoppiceReports
public import CoppiceTensors

/// The folder of a report: `index.html`, and beside it `figures/` with a picture and a table of numbers for
/// each figure.
public struct ReportFolder: Sendable, Equatable {
  /// The folder.
  public let path: String

  private let page: String
  private let figures: String

  /// The folder at `path`, which need not exist.
  public init(_ path: String) {
    (self.path, page, figures) = (RunFolder.trimmed(path), "index.html", "figures")
  }

  /// The folder that a page lies in: `a/b.html` with `a/b-figures/` beside it, or, where the name has another ending,
  /// the folder itself.
  public init(page path: String) {
    guard path.hasSuffix(".html"), path.count > 5 else {
      self = ReportFolder(path)
      return
    }
    let slash = path.lastIndex(of: "/")
    page = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let folder = slash.map { String(path[..<$0]) } ?? "."
    self.path = folder.isEmpty ? "/" : folder
    figures = "\(page.dropLast(5))-figures"
  }

  /// The page.
  public var pagePath: String { path == "." ? page : "\(path)/\(page)" }

  /// Writes `report`, in place of a report that is there.
  ///
  /// Figures are written beside those there are and take their place at once; then the page does.
  ///
  /// - Throws: `UserError` of kind `configuration` when somebody else's page or figures lie here, of kind
  ///   `file` when it cannot be written; what was there is then untouched.
  public func write(_ report: Report) throws(UserError) {
    try refuseOthers()
    try Folder(path).create()
    let (own, new, old) = (
      Folder("\(path)/\(figures)"), Folder("\(path)/.partial-\(figures)"),
      Folder("\(path)/.replaced-\(figures)")
    )
    for folder in [new, old] { try folder.remove() }
    do throws(UserError) {
      try new.create()
      for figure in report.figures {
        for (ending, text) in [("svg", figure.svg), ("csv", figure.csv)] {
          let file = try OpenFile(new["\(figure.name).\(ending)"], .replace)
          try file.write(Array(text.utf8))
        }
      }
    } catch {
      try? new.remove()
      throw error
    }
    if own.exists { try Folder.rename(own.path, to: old.path) }
    try Folder.rename(new.path, to: own.path)
    try AtomicFile.write(Array(report.html(figures: figures).utf8), to: pagePath)
    try old.remove()
  }

  private func refuseOthers() throws(UserError) {
    let mark = "content=\"\(Report.generator)\""
    for name in [page, figures] where Folder.exists("\(path)/\(name)") {
      if Folder.exists(pagePath), try TextFile.read(pagePath).contains(mark) { continue }
      throw UserError(
        .configuration, found: "\(path) holds \(name) that is not of a report",
        expected: "a new folder or a report", action: "choose another --out")
    }
  }
}
