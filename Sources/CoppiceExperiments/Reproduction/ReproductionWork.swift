public import CoppiceReports
public import CoppiceTensors

/// The making of a table: which runs are there, which are to be made, and what they say.
public struct ReproductionWork: Sendable {
  /// Which table.
  public let reproduction: Reproduction
  /// The part of it that is made.
  public let study: Study
  private let records: ReproductionFolder?
  private let command: String

  /// The making of a table.
  ///
  /// - Parameters:
  ///   - reproduction: Which table.
  ///   - study: The part of it that is wanted.
  ///   - records: Where a small file of every finished run is kept; nowhere without.
  ///   - command: What is run, for the first line of those files.
  public init(
    _ reproduction: Reproduction, _ study: Study, records: ReproductionFolder? = nil,
    command: String
  ) {
    self.reproduction = reproduction
    self.study = study
    self.records = records
    self.command = command
  }

  /// Keeps records of the finished runs in `folder` that have the settings of a member.
  ///
  /// - Returns: The names of those members.
  /// - Throws: `UserError` of kind `configuration` without a folder for records.
  @discardableResult
  public func adopt(from folder: String) throws(UserError) -> [String] {
    guard let records else {
      throw UserError(
        .configuration, found: "--adopt without --records",
        expected: "a folder that the records go to", action: "add --records FOLDER")
    }
    var adopted: [String] = []
    for name in try Folder(folder).names() where RunKind.agent.isHeld(by: "\(folder)/\(name)") {
      for member in study.members
      where try records.record(member, run: "\(folder)/\(name)", command: command) {
        adopted.append(member.name)
      }
    }
    return adopted
  }

  /// The runs of the table, and which of them have a record already.
  public func plan() throws(UserError) -> TextTable {
    let done = try recorded()
    var table = TextTable([
      ("number", .right), ("run", .left), ("steps", .right), ("record", .left),
    ])
    for member in study.members {
      table.add([
        "\(member.number)", member.name, "\(member.configuration.steps)",
        done[member.name] == nil ? "-" : "there",
      ])
    }
    return table
  }

  /// Makes the runs that have no record, several at once, and keeps a record of each that ends.
  ///
  /// - Parameters:
  ///   - folder: The folder of the study.
  ///   - workers: How many at once; as many as have cores without.
  ///   - observer: Somebody who watches.
  ///   - shouldStop: Asked several times a second.
  /// - Returns: How it ended.
  /// - Throws: What the study throws; `UserError` of kind `file` when a record cannot be written.
  public func run(
    in folder: StudyFolder, workers: Int?, observer: some StudyPoolObserver,
    shouldStop: () -> Bool
  ) throws(UserError) -> StudyPool.Outcome {
    let done = try recorded()
    try folder.takeAsFinished(study.members.filter { done[$0.name] != nil })
    try keep(from: folder)
    let outcome = try StudyPool(folder, workers: workers).run(
      observer: RecordingObserver(observer) { () throws(UserError) in try keep(from: folder) },
      shouldStop: shouldStop)
    try keep(from: folder)
    return outcome
  }

  /// What the runs in `folder`, and those that have a record, say.
  public func table(runsIn folder: String) throws(UserError) -> ReproductionTable {
    var found = try recorded()
    for member in study.members where found[member.name] == nil {
      let path = "\(folder)/members/\(member.name)"
      guard RunKind.agent.isHeld(by: path) else { continue }
      let run = try RunFolder(opening: path)
      guard
        try RecordedRun.settings(of: run.configuration())
          == RecordedRun.settings(of: member.configuration)
      else { continue }
      found[member.name] = try RecordedRun(of: run)
    }
    return try ReproductionTable(reproduction, study, records: found)
  }

  private func recorded() throws(UserError) -> [String: RecordedRun] {
    try records?.records(of: study) ?? [:]
  }

  /// Keeps a record of every run of `folder` that is finished and has none.
  private func keep(from folder: StudyFolder) throws(UserError) {
    guard let records else { return }
    for member in study.members {
      try records.record(member, run: folder.runPath(of: member), command: command)
    }
  }
}

/// Keeps records whenever something happened, and passes on what it is told.
private struct RecordingObserver<Observer: StudyPoolObserver>: StudyPoolObserver {
  private let observer: Observer
  private let keep: () throws(UserError) -> Void

  init(_ observer: Observer, keep: @escaping () throws(UserError) -> Void) {
    self.observer = observer
    self.keep = keep
  }

  func told(_ line: String) {
    observer.told(line)
    do throws(UserError) { try keep() } catch { observer.told("\(error)") }
  }

  func looked() { observer.looked() }
}
