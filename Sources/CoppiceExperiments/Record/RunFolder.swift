import CoppiceSparsity
public import CoppiceTensors

/// The folder of a run, and where everything in it lies.
///
/// | Path | Holds |
/// |---|---|
/// | `run.toml` | the whole configuration, and where it was run |
/// | `metrics.jsonl` | measurements of training, a line each |
/// | `evaluations.jsonl` | evaluations, a line each |
/// | `replay.bin` | all transitions, see ``ReplayFile`` |
/// | `checkpoints/STEP/` | see ``CheckpointStore`` |
/// | `best/policy.safetensors` | the policy of the best evaluation |
/// | `tensorboard/` | metrics and evaluations for TensorBoard, where that is wished |
/// | `report/learning-curve.svg` | the learning curve |
/// | `summary.json` | how the run ended |
public struct RunFolder: TrainingFolder {
  /// An agent in an environment.
  public static let kind = RunKind.agent

  /// The folder.
  public let path: String

  private init(trimming path: String) { self.path = Self.trimmed(path) }

  /// A folder for a new run, with its configuration written down, and the right to write into it.
  ///
  /// - Throws: `UserError` of kind `file` when the folder cannot be written or another process has
  ///   it, of kind `configuration` when it already holds a run.
  public static func create(
    at path: String, configuration: RunConfiguration, provenance: Provenance
  ) throws(UserError) -> (folder: RunFolder, lock: RunLock) {
    let folder = RunFolder(trimming: path)
    let lock = try folder.claim()
    try folder.write(configuration, provenance)
    return (folder, lock)
  }

  /// The folder of an existing run.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when there is none.
  public init(opening path: String) throws(UserError) {
    self.init(trimming: path)
    try requireRun()
  }

  /// A path in `folder` that no run has yet: `Pendulum-v1-td3-2-4-s1`, or that with a number.
  public static func unusedPath(
    for configuration: RunConfiguration, in folder: String = "runs"
  ) -> String {
    unusedPath(
      named: [
        configuration.environment, configuration.algorithm, configuration.sparsity.spelling,
        "s\(configuration.seed)",
      ], in: folder)
  }

  /// A path in `folder` that nothing has yet: the words with hyphens in between, or that with a number.
  static func unusedPath(named words: [String], in folder: String) -> String {
    let name = words.map(fileNameSafe).joined(separator: "-")
    let first = "\(folder)/\(name)"
    if !Folder.exists(first) { return first }
    var number = 2
    while Folder.exists("\(first)-\(number)") { number += 1 }
    return "\(first)-\(number)"
  }

  /// `text` with a hyphen in place of every run of characters that a shell or a disk may dislike.
  static func fileNameSafe(_ text: String) -> String {
    text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_")) }
      .joined(separator: "-")
  }

  /// `evaluations.jsonl`.
  public var evaluationsPath: String { "\(path)/evaluations.jsonl" }
  /// `replay.bin`.
  public var replayPath: String { "\(path)/replay.bin" }
  /// `best/policy.safetensors`.
  public var bestPolicyPath: String { "\(path)/best/policy.safetensors" }
  /// `report/learning-curve.svg`.
  public var learningCurvePath: String { "\(path)/report/learning-curve.svg" }
  /// The folder of event files, `tensorboard`.
  public var tensorBoardPath: String { "\(path)/tensorboard" }

  /// The configuration.
  ///
  /// - Throws: `UserError` of kind `configuration` when `run.toml` was changed into something that
  ///   makes no sense.
  public func configuration() throws(UserError) -> RunConfiguration {
    let bytes = try OpenFile(settingsPath, .read).contents()
    return try RunConfiguration.read(
      toml: String(decoding: bytes, as: UTF8.self), from: settingsPath)
  }

  /// The run and the step whose networks this one began with; empty where they were drawn.
  ///
  /// - Throws: `UserError` when `run.toml` cannot be read.
  func initialWeights() throws(UserError) -> String {
    let bytes = try OpenFile(settingsPath, .read).contents()
    let table = try TOMLText.decode(String(decoding: bytes, as: UTF8.self), from: settingsPath)
    guard case .string(let origin)? = table[Provenance.tableName]?["initial_weights"] else {
      return ""
    }
    return origin
  }

  /// Writes the configuration down, in place of the one there is.
  public func write(
    _ configuration: RunConfiguration, _ provenance: Provenance
  ) throws(UserError) {
    try write(settings: try configuration.table(), provenance)
  }

  /// Replaces the best policy.
  ///
  /// - Parameters:
  ///   - policy: What an actor needs to act.
  ///   - metadata: Facts about it: its step, its return.
  /// - Throws: `UserError` of kind `file` when it cannot be written.
  public func writeBest(
    _ policy: NamedTensors, metadata: [String: String]
  ) throws(UserError) {
    try Folder("\(path)/best").create()
    try Safetensors.write(
      Safetensors.Contents(tensors: policy, metadata: metadata), to: bestPolicyPath)
  }

  /// Writes the learning curve.
  public func writeLearningCurve(_ svg: String) throws(UserError) {
    try Folder("\(path)/report").create()
    try AtomicFile.write(Array(svg.utf8), to: learningCurvePath)
  }

  /// `path` without slashes at its end.
  static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
