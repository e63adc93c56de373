import CoppiceSparsity
public import CoppiceTensors

/// The folder of the training of a model of paths, and where everything in it lies.
///
/// | Path | Holds |
/// |---|---|
/// | `sde.toml` | all settings, and where it was run |
/// | `data.safetensors` | the paths, and how they are shifted and scaled |
/// | `metrics.jsonl` | what updates and evaluations found |
/// | `checkpoints/STEP/` | see ``CheckpointStore``; `STEP` counts updates |
/// | `summary.json` | how the run ended |
public struct PathRunFolder: TrainingFolder {
  /// Models of paths.
  public static let kind = RunKind.paths

  /// The folder.
  public let path: String

  /// A folder for a new training, with its data written down, and the right to write into it.
  ///
  /// - Throws: `UserError` of kind `file` when the folder cannot be written or another process has it, of kind
  ///   `configuration` when it already holds a run.
  static func create(
    at path: String, _ data: [UInt8]
  ) throws(UserError) -> (folder: PathRunFolder, lock: RunLock) {
    let folder = PathRunFolder(trimming: path)
    let lock = try folder.claim()
    try AtomicFile.write(data, to: folder.dataPath)
    return (folder, lock)
  }

  private init(trimming path: String) { self.path = RunFolder.trimmed(path) }

  /// The folder of an existing training.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when there is none.
  public init(opening path: String) throws(UserError) {
    self.init(trimming: path)
    try requireRun()
  }

  /// A path in `folder` that no run has yet: `ou-const-gan-dense-s1`, or that with a number.
  public static func unusedPath(
    for settings: PathTrainingSettings, in folder: String = "runs"
  ) -> String {
    let data = settings.data.split(separator: "/").last.map(String.init) ?? "data"
    return RunFolder.unusedPath(
      named: [
        data.hasSuffix(".csv") ? String(data.dropLast(4)) : data, settings.model,
        settings.sparsity.spelling, "s\(settings.seed)",
      ], in: folder)
  }

  /// `data.safetensors`.
  public var dataPath: String { "\(path)/data.safetensors" }

  /// The settings.
  ///
  /// - Throws: `UserError` of kind `configuration` when `sde.toml` was changed into something that makes no sense.
  public func settings() throws(UserError) -> PathTrainingSettings { try .read(settingsPath) }

  /// The data that a checkpoint was made with, and their checksum.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when the file was altered, of kind `file` when it cannot be read.
  func data(
    for contents: CheckpointContents
  ) throws(UserError) -> (data: PathData, checksum: Int) {
    let bytes = try OpenFile(dataPath, .read).contents()
    let checksum = Int(CRC32C.checksum(bytes))
    guard contents.state["data_crc32c"] == .integer(checksum) else {
      throw UserError(
        .checkpoint, found: "\(dataPath) is damaged, or of another run than its checkpoints",
        expected: "the data that the run began with", action: "restore the file from a copy")
    }
    return (try PathData(bytes, from: dataPath), checksum)
  }

  /// Writes the settings down, in place of those there are.
  func write(
    _ settings: PathTrainingSettings, _ provenance: Provenance
  ) throws(UserError) {
    try write(settings: try StructuredValue(encoding: settings), provenance)
  }
}
