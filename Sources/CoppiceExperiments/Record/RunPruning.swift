public import CoppiceTensors

/// What only a resume needs of a finished run, and its removal.
///
/// That is the replay, all checkpoints but the newest, and of the newest everything but policy and
/// networks. The logs, the report, the best policy and whatever `evaluate` and `train --from` read stay. The
/// checkpoint is marked, so that a resume can say what happened to the run.
///
/// The value holds the ``RunLock`` of the folder.
public final class RunPruning {
  /// Something that goes.
  public struct Part: Codable, Sendable, Equatable {
    /// Its path within the run folder.
    public var path: String
    /// How many bytes it has.
    public var byteCount: Int

    private enum CodingKeys: String, CodingKey {
      case path
      case byteCount = "byte_count"
    }
  }

  /// The run folder.
  public var path: String { folder.path }
  /// What goes; nothing where the run was pruned before.
  public let parts: [Part]

  private let folder: RunFolder
  private let lock: RunLock
  private let steps: [Int]

  /// What can go of the run in the folder at `path`; nothing is removed yet.
  ///
  /// - Throws: `UserError` of kind `file` when another process writes there, of kind `checkpoint` when
  ///   there is no run or one that is not finished.
  public init(of path: String) throws(UserError) {
    folder = try RunFolder(opening: path)
    lock = try RunLock(folder.path)
    steps = try folder.checkpoints.steps()
    let total = try folder.configuration().steps
    guard let newest = steps.last, newest >= total else {
      throw UserError(
        .checkpoint, found: "\(folder.path) is at step \(steps.last ?? 0) of \(total)",
        expected: "a finished run, since pruning takes what a resume needs",
        action: "finish it with `coppice resume \(folder.path)`, or delete the folder")
    }
    let place = Folder(folder.path)
    var parts: [Part] = []
    if Folder.exists(folder.replayPath) {
      parts.append(Part(path: "replay.bin", byteCount: try Folder.byteCount(folder.replayPath)))
    }
    for step in steps.dropLast() {
      let name = "checkpoints/\(step)"
      parts.append(Part(path: name, byteCount: try Folder.byteCount(place[name])))
    }
    for name in try Folder(place["checkpoints/\(newest)"]).names()
    where name.hasSuffix(Self.suffix) && !Self.keeps(String(name.dropLast(Self.suffix.count))) {
      let name = "checkpoints/\(newest)/\(name)"
      parts.append(Part(path: name, byteCount: try Folder.byteCount(place[name])))
    }
    self.parts = parts
  }

  /// How many bytes become free.
  public var byteCount: Int { parts.reduce(0) { $0 + $1.byteCount } }

  /// Removes it all, for good.
  ///
  /// The mark comes first: whatever moment it is interrupted at, the run can be evaluated, and pruned anew.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when the newest checkpoint is damaged; nothing is removed
  ///   then. Of kind `file` when something cannot be removed.
  public func carryOut() throws(UserError) {
    guard let newest = steps.last, !parts.isEmpty else { return }
    let store = folder.checkpoints
    try store.tidy()
    var contents = try store.load(step: newest)
    if contents.state[Self.mark] != .bool(true) {
      contents.state[Self.mark] = .bool(true)
      contents.replay = nil
      contents.files.removeAll { !Self.keeps($0.name) }
      try store.write(contents, keep: steps.count)
    }
    for step in steps.dropLast() { try Folder(store.path(step: step)).remove() }
    try Folder(folder.replayPath).remove()
  }

  /// Refuses to continue from a checkpoint that was pruned.
  ///
  /// - Throws: `UserError` of kind `checkpoint` where it was.
  static func refuse(_ contents: CheckpointContents, of path: String) throws(UserError) {
    guard contents.state[mark] == .bool(true) else { return }
    throw UserError(
      .checkpoint,
      found: "the replay of \(path) was pruned, and the state of its optimiser with it",
      expected: "a run that has both",
      action: "begin a new one with its networks (`coppice train --from \(path)`), or train anew")
  }

  /// What says in the state of a checkpoint that it was pruned.
  private static let mark = "pruned"
  private static let suffix = ".safetensors"

  /// Whether the file `name` of the newest checkpoint stays.
  private static func keeps(_ name: String) -> Bool { ["networks", "policy"].contains(name) }
}
