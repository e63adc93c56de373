public import CoppiceTensors

/// The checkpoints of a run: one folder each, named by the environment step.
///
/// A checkpoint is written under a hidden name, reaches the disk, and takes its name in one step;
/// only then are old ones removed. So there is always a whole one, whenever the program is killed.
/// `state.json` holds the size and the ``CRC32C`` of every file, and its own, which ``load(step:)``
/// checks.
public struct CheckpointStore: Sendable {
  /// The format that is written and read.
  public static let format = 1

  private let folder: Folder

  /// The checkpoints in the folder at `path`, which need not exist.
  public init(_ path: String) { folder = Folder(path) }

  /// The folder of the checkpoint after `step` environment steps.
  public func path(step: Int) -> String { folder["\(step)"] }

  /// The steps that there are checkpoints of, in order.
  public func steps() throws(UserError) -> [Int] {
    try folder.names().compactMap { name in
      // only names that a step gives: no sign, no padding
      Int(name).flatMap { $0 >= 0 && "\($0)" == name ? $0 : nil }
    }.sorted()
  }

  /// Removes what an interrupted write left behind.
  ///
  /// - Precondition: No other process writes here; ``RunLock`` sees to it.
  public func tidy() throws(UserError) {
    for name in try folder.names() {
      if name.hasPrefix(Self.partial) { try Folder(folder[name]).remove() }
      guard name.hasPrefix(Self.replaced) else { continue }
      let original = folder[String(name.dropFirst(Self.replaced.count))]
      if Folder.exists(original) {
        try Folder(folder[name]).remove()
      } else {
        try Folder.rename(folder[name], to: original)
      }
    }
  }

  /// Writes a checkpoint, then removes all but the newest `keep`.
  ///
  /// - Parameters:
  ///   - contents: What to save.
  ///   - keep: How many checkpoints stay; at least 1.
  /// - Throws: `UserError` of kind `file`; the checkpoints that were there are then untouched.
  public func write(_ contents: CheckpointContents, keep: Int = 2) throws(UserError) {
    let name = "\(contents.step)"
    let partial = Folder(folder[Self.partial + name])
    do throws(UserError) {
      try partial.remove()
      try partial.create()
      try writeFiles(contents, in: partial)
      try partial.synchronise()
    } catch {
      try? partial.remove()
      throw error
    }
    if Folder.exists(folder[name]) {
      let old = Folder(folder[Self.replaced + name])
      try old.remove()
      try Folder.rename(folder[name], to: old.path)
      try Folder.rename(partial.path, to: folder[name])
      try old.remove()
    } else {
      try Folder.rename(partial.path, to: folder[name])
    }
    try folder.synchronise()
    for step in try steps().filter({ $0 < contents.step }).dropLast(max(keep, 1) - 1) {
      try Folder(path(step: step)).remove()
    }
  }

  /// Removes the checkpoints after `step`, which a run that continues from `step` will write anew.
  public func discard(after step: Int) throws(UserError) {
    for later in try steps() where later > step { try Folder(path(step: later)).remove() }
  }

  /// The checkpoint after `step` environment steps.
  ///
  /// - Throws: `UserError` of kind `checkpoint` that names the file and what is wrong with it.
  public func load(step: Int) throws(UserError) -> CheckpointContents {
    let source = Folder(path(step: step))
    guard source.exists else {
      let steps = try steps().map { "\($0)" }.joined(separator: ", ")
      throw UserError(
        .checkpoint, found: "no checkpoint \(source.path)",
        expected: steps.isEmpty ? "" : "one of \(steps)", action: "choose another step or run")
    }
    do throws(UserError) {
      return try read(source, step: step)
    } catch {
      throw UserError(
        .checkpoint, found: error.found, expected: error.expected, action: advice(instead: step))
    }
  }

  /// The newest checkpoint.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when there is none, or when it is damaged: it is
  ///   for the caller to go back further.
  public func latest() throws(UserError) -> CheckpointContents {
    guard let step = try steps().last else {
      throw UserError(
        .checkpoint, found: "no checkpoint in \(folder.path)",
        action: "it ended before its first one: delete the folder and train anew")
    }
    return try load(step: step)
  }

  private static let partial = ".partial-"
  private static let replaced = ".replaced-"
  private static let stateName = "state.json"

  /// What `state.json` holds.
  private struct Index: Codable {
    struct File: Codable, Equatable {
      var byteCount: Int
      var checksum: UInt32

      enum CodingKeys: String, CodingKey {
        case byteCount = "byte_count"
        case checksum = "crc32c"
      }
    }

    var format: Int
    var environmentStep: Int
    var state: StructuredValue
    var replay: ReplayFile.Position?
    var files: [String: File]
    var order: [String]
    /// Of this value with a 0 here.
    var checksum: UInt32

    enum CodingKeys: String, CodingKey {
      case format
      case environmentStep = "environment_step"
      case state
      case replay
      case files
      case order
      case checksum = "crc32c"
    }

    func withChecksum() throws(UserError) -> Index {
      var result = self
      result.checksum = 0
      result.checksum = CRC32C.checksum(try JSONText.encode(result))
      return result
    }
  }

  private func writeFiles(
    _ contents: CheckpointContents, in partial: Folder
  ) throws(UserError) {
    var index = Index(
      format: Self.format, environmentStep: contents.step, state: contents.state,
      replay: contents.replay, files: [:], order: contents.files.map(\.name), checksum: 0)
    for file in contents.files {
      let bytes = try Safetensors.encode(Safetensors.Contents(tensors: file.tensors))
      try write(bytes, to: partial["\(file.name).safetensors"])
      index.files["\(file.name).safetensors"] = Index.File(
        byteCount: bytes.count, checksum: CRC32C.checksum(bytes))
    }
    let state = try JSONText.encodePretty(try index.withChecksum())
    try write(state + [0x0A], to: partial[Self.stateName])
  }

  private func write(_ bytes: [UInt8], to path: String) throws(UserError) {
    let file = try OpenFile(path, .replace)
    try file.write(bytes)
    try file.synchronise()
  }

  /// The numbers that are no tensors of the checkpoint after `step` steps, alone.
  ///
  /// - Throws: As ``load(step:)``, of its `state.json`.
  func state(step: Int) throws(UserError) -> StructuredValue {
    try index(of: Folder(path(step: step)), step: step).state
  }

  private func index(of source: Folder, step: Int) throws(UserError) -> Index {
    let statePath = source[Self.stateName]
    let index: Index = try JSONText.decode(
      try OpenFile(statePath, .read).contents(), from: statePath)
    guard index.format == Self.format else {
      throw Self.damaged(statePath, "format \(index.format), not \(Self.format)")
    }
    guard index.environmentStep == step, try index.withChecksum().checksum == index.checksum else {
      throw Self.damaged(statePath, "its checksum does not fit")
    }
    return index
  }

  private func read(_ source: Folder, step: Int) throws(UserError) -> CheckpointContents {
    let index = try index(of: source, step: step)
    var contents = CheckpointContents(
      step: step, state: index.state, replay: index.replay, files: [])
    for name in index.order {
      let path = source["\(name).safetensors"]
      let bytes = try OpenFile(path, .read).contents()
      guard let expected = index.files["\(name).safetensors"] else {
        throw Self.damaged(source[Self.stateName], "\(name).safetensors is not listed")
      }
      guard bytes.count == expected.byteCount else {
        throw Self.damaged(path, "\(bytes.count) bytes, not \(expected.byteCount)")
      }
      guard CRC32C.checksum(bytes) == expected.checksum else {
        throw Self.damaged(path, "its checksum does not fit")
      }
      contents.files.append(
        CheckpointContents.File(name, try Safetensors.decode(bytes, from: path).tensors))
    }
    return contents
  }

  private static func damaged(_ path: String, _ reason: String) -> UserError {
    UserError(.checkpoint, found: "\(path) is damaged (\(reason))", action: "")
  }

  /// What to do when the checkpoint after `step` steps cannot be used.
  private func advice(instead step: Int) -> String {
    let others = ((try? steps()) ?? []).filter { $0 != step }.map { "\($0)" }
    return others.isEmpty
      ? "restore the file from a copy, or train again"
      : "use another checkpoint with --from STEP (there is \(others.joined(separator: ", ")))"
  }
}
