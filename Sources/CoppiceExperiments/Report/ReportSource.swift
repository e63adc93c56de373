public import CoppiceReports
public import CoppiceTensors

/// The runs that a report is of, and where it belongs.
public struct ReportSource: Sendable {
  /// The paths of the runs, in the order of the report.
  public let runPaths: [String]
  /// The files of recorded runs, which follow them.
  public let recordPaths: [String]
  /// What stands at the head of the report.
  public let title: String
  /// Where it belongs when nobody says otherwise.
  public let folder: String

  /// The runs in the folders at `paths`: each a run, a folder of runs, a study, a CSV of recorded runs, or
  /// a folder of these.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when one of the folders does not exist or holds no run, of
  ///   kind `file` when one cannot be read, of kind `configuration` when a study cannot.
  public init(_ paths: [String]) throws(UserError) {
    var (runs, records): ([String], [String]) = ([], [])
    for path in paths {
      let path = RunFolder.trimmed(path)
      guard Folder.exists(path) else {
        throw UserError(
          .checkpoint, found: "there is no \(path)", expected: Self.expectation,
          action: "see `coppice runs` for those there are")
      }
      let found = Folder(path).exists ? try Self.runs(in: path) : []
      let recorded = found.isEmpty ? try Self.records(in: path) : []
      guard !found.isEmpty || !recorded.isEmpty else {
        throw UserError(
          .checkpoint, found: "\(path) holds no run", expected: Self.expectation,
          action: RunKind.paths.isHeld(by: path)
            ? "use `coppice sde report \(path)`"
            : "train one with `coppice train`, or name another folder")
      }
      for run in found where !runs.contains(run) { runs.append(run) }
      for record in recorded where !records.contains(record) { records.append(record) }
    }
    guard let first = (runs + records).first else {
      throw UserError(
        .checkpoint, found: "no folder", expected: Self.expectation, action: "name one at least")
    }
    (runPaths, recordPaths) = (runs, records)
    let own = paths.map(RunFolder.trimmed)
    if own.count == 1, Self.isStudy(own[0]) {
      title = try StudyFolder(opening: own[0]).study.name
      folder = "\(own[0])/report"
    } else if own.count == 1 {
      title = own[0].split(separator: "/").last.map(String.init) ?? first
      // beside a file, inside of a folder
      folder =
        !Folder(own[0]).exists
        ? Self.commonFolder(own).map { "\($0)/report" } ?? "report"
        : own[0] == "/" ? "/report" : "\(own[0])/report"
    } else {
      title = Report.count(runs.count + records.count, records.isEmpty ? "run" : "source")
      folder = Self.commonFolder(runs + records).map { "\($0)/report" } ?? "report"
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
    for path in recordPaths { runs += try ReportRun.recorded(at: path) }
    return try Report(title: title, runs: runs, metrics: metrics, rate: .rate)
  }

  private static let expectation =
    "a run, a folder of runs, a study, or a CSV of recorded runs"

  /// The CSV at `path`, or those in the folder there.
  private static func records(in path: String) throws(UserError) -> [String] {
    let folder = Folder(path)
    guard folder.exists else { return [path] }
    return try folder.names().filter { $0.hasSuffix(".csv") }.map { folder[$0] }
  }

  private static func isStudy(_ path: String) -> Bool { Folder.exists("\(path)/study.toml") }

  private static func runs(in path: String) throws(UserError) -> [String] {
    guard isStudy(path) else {
      let search = try RunSearch(in: [path], kinds: [.agent])
      if let problem = search.unreadable.first {
        throw UserError(
          .file, found: "cannot look into \(problem)", action: "name the folders of the runs")
      }
      return search.paths
    }
    let study = try StudyFolder(opening: path)
    return study.study.members.map { study.runPath(of: $0) }.filter(RunKind.agent.isHeld)
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
