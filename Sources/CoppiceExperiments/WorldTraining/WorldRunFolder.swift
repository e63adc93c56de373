public import CoppiceGridWorld
import CoppiceSparsity
public import CoppiceTensors

/// The folder of the training of a world, and where everything in it lies.
///
/// | Path | Holds |
/// |---|---|
/// | `training.toml` | all settings, and where it was run |
/// | `world.toml` | the world |
/// | `opponents/GROUP.safetensors` | trained policies that play against the learners |
/// | `metrics.jsonl` | a line for each game |
/// | `evaluations.csv` | evaluations, a line for each opponent |
/// | `checkpoints/STEP/` | see ``CheckpointStore``; `STEP` counts steps of the world |
/// | `policies/GROUPS.safetensors` | what each learner knew at the last checkpoint |
/// | `summary.json` | how the run ended |
public struct WorldRunFolder: TrainingFolder {
  /// Groups of agents in a world.
  public static let kind = RunKind.world

  /// The folder.
  public let path: String

  /// A folder for a new training, with its settings written down, and the right to write into it.
  ///
  /// - Throws: `UserError` of kind `file` when the folder cannot be written or another process has it, of kind
  ///   `configuration` when it already holds a run.
  static func create(
    at path: String, _ settings: WorldTrainingSettings, _ description: WorldDescription,
    _ provenance: Provenance
  ) throws(UserError) -> (folder: WorldRunFolder, lock: RunLock) {
    let folder = WorldRunFolder(trimming: path)
    let lock = try folder.claim()
    try TextFile.write(try WorldFile.text(of: description), to: folder.worldPath)
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

  /// A path in `folder` that no run has yet: `battle-dqn-dense-s1`, or that with a number.
  public static func unusedPath(
    for settings: WorldTrainingSettings, in folder: String = "runs"
  ) -> String {
    let world = settings.world.split(separator: "/").last.map(String.init) ?? "world"
    return RunFolder.unusedPath(
      named: [
        world.hasSuffix(".toml") ? String(world.dropLast(5)) : world, settings.learner,
        settings.sparsity.spelling, "s\(settings.seed)",
      ], in: folder)
  }

  /// `world.toml`.
  public var worldPath: String { "\(path)/world.toml" }
  /// `evaluations.csv`.
  public var evaluationsPath: String { "\(path)/evaluations.csv" }

  /// Where a trained policy lies that plays a group.
  func opponentPath(_ group: String) -> String {
    "\(path)/opponents/\(RunFolder.fileNameSafe(group)).safetensors"
  }

  /// Where the policy of a learner lies.
  func policyPath(_ part: String) -> String {
    "\(path)/policies/\(RunFolder.fileNameSafe(part)).safetensors"
  }

  /// The policies that there are, by name.
  public func policyPaths() throws(UserError) -> [String] {
    let folder = Folder("\(path)/policies")
    return try folder.names().filter { !$0.hasPrefix(".") && $0.hasSuffix(".safetensors") }
      .map { folder[$0] }
  }

  /// The settings.
  ///
  /// - Throws: `UserError` of kind `configuration` when `training.toml` was changed into something that makes no
  ///   sense.
  public func settings() throws(UserError) -> WorldTrainingSettings {
    try .resolve(file: settingsPath)
  }

  /// Steps that agents had learned from at the last checkpoint; 0 before the first.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when it is damaged.
  func agentSteps() throws(UserError) -> Int {
    guard let step = try checkpoints.steps().last else { return 0 }
    guard case .integer(let steps)? = try checkpoints.state(step: step)["agent_steps"] else {
      return 0
    }
    return steps
  }

  /// The world.
  ///
  /// - Throws: `UserError` of kind `configuration` when `world.toml` was changed into something that makes no sense.
  public func description() throws(UserError) -> WorldDescription { try WorldFile.read(worldPath) }

  /// Writes the settings down, in place of those there are.
  func write(
    _ settings: WorldTrainingSettings, _ provenance: Provenance
  ) throws(UserError) {
    try write(settings: try StructuredValue(encoding: settings), provenance)
  }
}
