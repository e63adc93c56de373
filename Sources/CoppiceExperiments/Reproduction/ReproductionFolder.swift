public import CoppiceTensors

/// A folder of small files, one for each finished run of a reproduction, that a repository can keep.
///
/// A run whose file is there is never made again, on whatever machine; one with other settings than the
/// table asks for is refused, not overwritten.
public struct ReproductionFolder: Sendable, Equatable {
  /// The folder.
  public let path: String

  /// The folder at `path`, which need not exist yet.
  public init(_ path: String) { self.path = path }

  /// The records of the members of `study` that are there, by the names of the members.
  ///
  /// - Throws: `UserError` of kind `configuration` when a file cannot be read, or is of other settings.
  public func records(of study: Study) throws(UserError) -> [String: RecordedRun] {
    var records: [String: RecordedRun] = [:]
    for member in study.members where Folder.exists(file(member)) {
      let record = try RecordedRun(contentsOf: file(member))
      guard record.settings == (try RecordedRun.settings(of: member.configuration)) else {
        throw UserError(
          .configuration, found: "\(file(member)) is of a run with other settings",
          expected: "those of the table (\(try RecordedRun.settings(of: member.configuration)))",
          action: "name another folder, or ask for the same steps and settings")
      }
      records[member.name] = record
    }
    return records
  }

  /// Writes the record of `member`, if its run is finished and has no record yet.
  ///
  /// - Parameters:
  ///   - member: Which member.
  ///   - path: The folder of its run.
  ///   - command: What makes the table.
  /// - Returns: Whether a record was written.
  /// - Throws: `UserError` when the run cannot be read or the record not written.
  @discardableResult
  public func record(
    _ member: StudyMember, run path: String, command: String
  ) throws(UserError) -> Bool {
    guard !Folder.exists(file(member)), RunKind.agent.isHeld(by: path) else { return false }
    let run = try RunFolder(opening: path)
    guard
      try RecordedRun.settings(of: run.configuration())
        == RecordedRun.settings(of: member.configuration),
      let record = try RecordedRun(of: run)
    else { return false }
    try Folder(self.path).create()
    try record.write(to: file(member), command: command)
    return true
  }

  private func file(_ member: StudyMember) -> String { "\(path)/\(member.name).csv" }
}
