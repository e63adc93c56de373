import CoppiceTensors

/// What a worker writes down: one file, a line for each event, written at its end only.
///
/// A file has one writer at a time, who holds its lock; the next worker on the same machine goes on with
/// the first file that is free. So there are as many files as there were workers at once.
final class StudyJournal {
  private let lock: FileLock
  private let log: JSONLines

  /// The first journal of this machine in `folder` that nobody writes into.
  ///
  /// Half a line that a killed worker left behind is removed: nobody has read it.
  init(in folder: String) throws(UserError) {
    try Folder(folder).create()
    let host = RunFolder.fileNameSafe(StudyEvent.host)
    for number in 1...100_000 {
      let path = "\(folder)/\(host)-\(number).jsonl"
      if let lock = try FileLock(path, patience: 0) {
        self.lock = lock
        log = try JSONLines(path)
        try log.cutHalfLine()
        return
      }
    }
    throw UserError(
      .file, found: "100000 workers on one machine", action: "stop some of them")
  }

  /// Adds a line, which lies on the disk afterwards.
  func append(_ event: StudyEvent) throws(UserError) {
    try log.append(event)
    try log.synchronise()
  }

  /// All events that any worker wrote into the journals in `folder`, in the order of time.
  ///
  /// - Throws: `UserError` of kind `checkpoint` that names file and line where a whole line is no event.
  static func read(_ folder: String) throws(UserError) -> [StudyEvent] {
    var events: [StudyEvent] = []
    for name in try Folder(folder).names() where name.hasSuffix(".jsonl") && !name.hasPrefix(".") {
      do throws(UserError) {
        events += try JSONLines.read("\(folder)/\(name)", as: StudyEvent.self)
      } catch {
        throw UserError(
          error.kind, found: error.found, expected: "an event",
          action: "restore the file from a copy, or remove that line")
      }
    }
    return events.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }
}
