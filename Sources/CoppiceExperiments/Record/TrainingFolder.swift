import CoppiceSparsity
public import CoppiceTensors

/// The folder that a training writes into: what all kinds of trainings keep alike.
public protocol TrainingFolder: Sendable, Equatable {
  /// What its runs are of.
  static var kind: RunKind { get }
  /// The folder, without slashes at its end.
  var path: String { get }
}

extension TrainingFolder {
  /// All settings, and where it was run.
  public var settingsPath: String { "\(path)/\(Self.kind.settingsFile)" }
  /// `metrics.jsonl`.
  public var metricsPath: String { "\(path)/metrics.jsonl" }
  /// `summary.json`.
  public var summaryPath: String { "\(path)/summary.json" }
  /// The checkpoints.
  public var checkpoints: CheckpointStore { CheckpointStore("\(path)/checkpoints") }

  /// Takes the right to write here, and removes what interrupted writes left behind.
  ///
  /// - Throws: `UserError` of kind `file` when another process has it.
  public func lock() throws(UserError) -> RunLock {
    let lock = try RunLock(path)
    try checkpoints.tidy()
    return lock
  }

  /// Makes the folder for a new run, and takes the right to write into it.
  ///
  /// The lock comes first, so of several processes that want the same folder one gets it and the others
  /// change nothing.
  ///
  /// - Throws: `UserError` of kind `file` when the folder cannot be written or another process has it, of kind
  ///   `configuration` when it already holds a run of any kind, or files of others that a run would write over.
  func claim() throws(UserError) -> RunLock {
    try refuseIfUsed()
    try Folder(path).create()
    let lock = try lock()
    try refuseIfUsed()
    return lock
  }

  private func refuseIfUsed() throws(UserError) {
    guard RunKind(of: path) == nil else {
      throw UserError(
        .configuration, found: "\(path) already holds a run",
        action: "continue it with `coppice resume \(path)`, or choose another --out")
    }
    for name in Self.written where Folder.exists("\(path)/\(name)") {
      throw UserError(
        .configuration, found: "\(path)/\(name), which is there and belongs to no run",
        expected: "a folder without what a run writes",
        action: "choose another --out, or move it away")
    }
  }

  /// What runs of any kind write besides their settings, and would write over.
  private static var written: [String] {
    [
      "summary.json", "metrics.jsonl", "evaluations.jsonl", "checkpoints", "best", "replay.bin",
      "data.safetensors", "world.toml",
    ]
  }

  /// Refuses a folder that holds no run of this kind.
  ///
  /// - Throws: `UserError` of kind `checkpoint`, which says what it holds instead.
  func requireRun() throws(UserError) {
    guard !Self.kind.isHeld(by: path) else { return }
    let found =
      if let other = RunKind(of: path) {
        "\(path) holds a run of `\(other.maker)`"
      } else if Folder.exists(path) {
        "\(path) holds no \(Self.kind.settingsFile)"
      } else {
        "there is no \(path)"
      }
    throw UserError(
      .checkpoint, found: found, expected: "the folder of a run of `\(Self.kind.maker)`",
      action: "see `coppice runs` for those there are")
  }

  /// Writes settings down, in place of those there are.
  ///
  /// - Parameters:
  ///   - settings: A table.
  ///   - provenance: Where it was run.
  /// - Throws: `UserError` of kind `file` when it cannot be written.
  func write(
    settings: StructuredValue, _ provenance: Provenance
  ) throws(UserError) {
    var table = settings
    table[Provenance.tableName] = try StructuredValue(encoding: provenance)
    try TextFile.write(
      "# What `coppice resume` continues with; see Documentation/Formats.md.\n"
        + TOMLText.encode(table), to: settingsPath)
  }

  /// Writes how the run ended.
  ///
  /// - Throws: `UserError` of kind `file` when it cannot be written.
  func write(summary: some Encodable) throws(UserError) {
    try AtomicFile.write(try JSONText.encodePretty(summary) + [0x0A], to: summaryPath)
  }

  /// How the run ended, if it did.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when the summary was altered.
  func summary<Summary: Decodable>() throws(UserError) -> Summary? {
    guard Folder.exists(summaryPath) else { return nil }
    return try JSONText.decode(try OpenFile(summaryPath, .read).contents(), from: summaryPath)
  }
}
