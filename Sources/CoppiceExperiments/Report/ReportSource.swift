public import CoppiceReports
public import CoppiceTensors

/// The runs that a report is of, and where it belongs.
public struct ReportSource: Sendable {
  /// The paths of the runs, in the order of the report.
  public let runPaths: [String]
  /// What stands at the head of the report.
  public let title: String
  /// Where it belongs when nobody says otherwise.
  public let folder: String

  /// The runs in the folders at `paths`: each a run, a folder of runs, or a study.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when one of the folders does not exist or holds no run, of
  ///   kind `file` when one cannot be read, of kind `configuration` when a study cannot.
  public init(_ paths: [String]) throws(UserError) {
    var runs: [String] = []
    for path in paths {
      let path = RunFolder.trimmed(path)
      guard Folder.exists(path) else {
        throw UserError(
          .checkpoint, found: "there is no \(path)", expected: "a run, a folder of runs or a study",
          action: "see `coppice runs` for those there are")
      }
      let found = try Self.runs(in: path)
      guard !found.isEmpty else {
        throw UserError(
          .checkpoint, found: "\(path) holds no run",
          expected: "a run, a folder of runs or a study",
          action: "train one with `coppice train`, or name another folder")
      }
      for run in found where !runs.contains(run) { runs.append(run) }
    }
    guard let first = runs.first else {
      throw UserError(
        .checkpoint, found: "no folder", expected: "a run, a folder of runs or a study",
        action: "name one at least")
    }
    runPaths = runs
    let own = paths.map(RunFolder.trimmed)
    if own.count == 1, Self.isStudy(own[0]) {
      title = try StudyFolder(opening: own[0]).study.name
      folder = "\(own[0])/report"
    } else if own.count == 1 {
      title = own[0].split(separator: "/").last.map(String.init) ?? first
      folder = own[0] == "/" ? "/report" : "\(own[0])/report"
    } else {
      title = Report.count(runs.count, "run")
      folder = Self.commonFolder(runs).map { "\($0)/report" } ?? "report"
    }
  }

  /// The report of the runs.
  ///
  /// - Throws: `UserError` that names the file that cannot be read, and the line.
  public func report() throws(UserError) -> Report {
    let metrics = ReportMetric.all
    let names = (metrics + [.rate]).flatMap(\.keys)
    var runs: [ReportRun] = []
    for path in runPaths { runs.append(try ReportRun(folder: path, measuring: names)) }
    return try Report(title: title, runs: runs, metrics: metrics, rate: .rate)
  }

  private static func isStudy(_ path: String) -> Bool { Folder.exists("\(path)/study.toml") }

  private static func runs(in path: String) throws(UserError) -> [String] {
    guard isStudy(path) else {
      let search = try RunSearch(in: [path])
      if let problem = search.unreadable.first {
        throw UserError(
          .file, found: "cannot look into \(problem)", action: "name the folders of the runs")
      }
      return search.paths
    }
    let study = try StudyFolder(opening: path)
    return study.study.members.map { study.runPath(of: $0) }.filter(RunFolder.holdsRun)
  }

  /// The deepest folder that all runs lie in; nothing where they have none in common.
  private static func commonFolder(_ paths: [String]) -> String? {
    let parts = paths.map {
      Array($0.split(separator: "/", omittingEmptySubsequences: false).dropLast())
    }
    var common = parts[0]
    for other in parts.dropFirst() {
      let length = zip(common, other).prefix { $0 == $1 }.count
      common = Array(common.prefix(length))
    }
    if common.isEmpty { return nil }
    return common.joined(separator: "/")
  }
}
