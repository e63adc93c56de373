public import CoppiceTensors

/// The folder of a study, and where everything in it lies.
///
/// | Path | Holds |
/// |---|---|
/// | `study.toml` | the study as it was given |
/// | `recipes/` | copies of the recipe files that it names |
/// | `members/NAME/` | the run of each member, see ``RunFolder`` |
/// | `journal/WORKER.jsonl` | what happened, a line each, see ``StudyEvent`` |
/// | `claims/NAME` | locked while a process works on the member |
///
/// Any number of processes on any number of machines may work here at once, as long as they see the same
/// disk and its locks.
public struct StudyFolder: Sendable, Equatable {
  /// The folder.
  public let path: String
  /// The study that it holds.
  public let study: Study

  private init(_ path: String, _ study: Study) {
    self.path = path
    self.study = study
  }

  /// The folder of a study that there is.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when there is none.
  public init(opening path: String) throws(UserError) {
    let path = Self.trimmed(path)
    guard Folder.exists("\(path)/study.toml") else {
      let found = Folder.exists(path) ? "\(path) holds no study.toml" : "there is no \(path)"
      throw UserError(
        .checkpoint, found: found, expected: "the folder of a study",
        action: "make one with `coppice study run FILE`")
    }
    self.init(
      path,
      try Study(toml: try TextFile.readTOML("\(path)/study.toml"), from: "\(path)/study.toml") {
        "\(path)/recipes/\(StudyPlan.fileName($0))"
      })
  }

  /// A folder for `study`: a new one, or the one that holds this study already.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - study: What it is for.
  ///   - extending: Whether members that are new may be added behind those there are.
  /// - Throws: `UserError` of kind `configuration` when it holds another study, which is then untouched,
  ///   or something else.
  public init(
    at path: String, for study: Study, extending: Bool = false
  ) throws(UserError) {
    let path = Self.trimmed(path)
    let folder = Folder(path)
    let own: Set<String> = [
      ".lock", ".partial-study.toml", "claims", "journal", "members", "recipes",
    ]
    if !Folder.exists("\(path)/study.toml") {
      if let other = try folder.names().first(where: { !own.contains($0) }),
        !Folder.exists("\(path)/study.toml")
      {
        throw UserError(
          .configuration, found: "\(path) holds \(other), but no study", expected: "a new folder",
          action: "choose another --out")
      }
      try folder.create()
    }
    guard let lock = try FileLock("\(path)/.lock", patience: 60) else {
      throw UserError(
        .file, found: "another process prepares \(path)", action: "wait until it is done")
    }
    defer { withExtendedLifetime(lock) {} }
    if Folder.exists("\(path)/study.toml") {
      let before = try StudyFolder(opening: path)
      let difference = StudyDifference(from: before.study, to: study)
      if difference.isEmpty {
        self = before
        return
      }
      try difference.check(path, extending: extending)
    }
    self.init(path, study)
    for name in ["members", "journal", "claims"] { try Folder("\(path)/\(name)").create() }
    if !study.recipes.isEmpty { try Folder("\(path)/recipes").create() }
    for (name, text) in study.recipes { try TextFile.write(text, to: "\(path)/recipes/\(name)") }
    // last, so that a folder with this file is whole
    try AtomicFile.write(Array(study.text.utf8), to: "\(path)/study.toml")
  }

  /// Where the run of `member` lies.
  public func runPath(of member: StudyMember) -> String { "\(path)/members/\(member.name)" }

  /// Where the journals lie.
  var journalPath: String { "\(path)/journal" }

  /// What is locked while somebody works on `member`.
  func claimPath(of member: StudyMember) -> String { "\(path)/claims/\(member.name)" }

  /// Everything that happened so far, in the order of time.
  ///
  /// - Throws: `UserError` of kind `checkpoint` that names file and line where a whole line of a journal
  ///   is no event.
  public func events() throws(UserError) -> [StudyEvent] { try StudyJournal.read(journalPath) }

  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
