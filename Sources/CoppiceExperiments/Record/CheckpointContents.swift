public import CoppiceTensors

/// Everything that the future of a run depends on, apart from the replay's rows.
///
/// Equal contents give equal bytes: nothing here may depend on the time, on a path or on how many
/// threads there are.
public struct CheckpointContents: Sendable, Equatable {
  /// A file of tensors.
  public struct File: Sendable, Equatable {
    /// Its name without extension: `policy`.
    public var name: String
    /// What it holds.
    public var tensors: NamedTensors

    /// A file from its parts.
    public init(_ name: String, _ tensors: NamedTensors) {
      self.name = name
      self.tensors = tensors
    }
  }

  /// The environment step after which it was taken; it names the folder.
  public var step: Int

  /// Counters and other small state.
  public var state: StructuredValue

  /// How far the replay file went, where there is one.
  public var replay: ReplayFile.Position?

  /// The tensors.
  public var files: [File]

  /// Contents from their parts.
  public init(
    step: Int, state: StructuredValue = .table([:]), replay: ReplayFile.Position? = nil,
    files: [File]
  ) {
    self.step = step
    self.state = state
    self.replay = replay
    self.files = files
  }

  /// The tensors of the file called `name`.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when there is none.
  public func tensors(_ name: String) throws(UserError) -> NamedTensors {
    if let file = files.first(where: { $0.name == name }) { return file.tensors }
    throw UserError(
      .checkpoint, found: "checkpoint \(step) has no \(name).safetensors",
      action: "use a checkpoint of the same algorithm")
  }
}
