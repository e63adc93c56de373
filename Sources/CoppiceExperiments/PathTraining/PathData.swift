import CoppiceRandom
public import CoppiceSDE
public import CoppiceTensors

/// The paths of a run: those that a model learns from, those that it is compared with, and how both become numbers
/// near 1.
public struct PathData: Sendable {
  /// Paths to learn from, in their own units.
  public let training: PathSet
  /// Paths that the model never sees, in their own units and without those gaps that settings ask for.
  public let heldOut: PathSet
  /// What values are shifted and scaled by, found on the training paths alone.
  public let normalisation: PathNormalisation
  /// What times are shifted and scaled by.
  public let time: TimeNormalisation

  /// The data that settings ask for.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is no such data set or the file makes no sense, of
  ///   kind `file` when it cannot be read.
  public init(_ settings: PathTrainingSettings) throws(UserError) {
    let key = RandomKey(seed: settings.seed).split("data")
    let (whole, isFile) = try Self.paths(settings, key: key.split("paths"))
    let all = settings.piece > 0 ? try whole.pieces(of: settings.piece) : whole
    guard all.timeCount > 1 else {
      throw UserError(
        .configuration, found: "paths with one time in \(settings.data)",
        expected: "at least two", action: "use longer paths")
    }
    guard all.pathCount > 1 else {
      throw UserError(
        .configuration, found: "one path in \(settings.data)",
        expected: "several, some to learn from and some to compare with",
        action: isFile
          ? "cut a long one into pieces with --piece TIMES, or give each a name in a column \"path\""
          : "ask for more with --paths")
    }
    let (seen, heldOut) = try all.split(testShare: settings.testShare, key: key.split("split"))
    let training =
      settings.drop > 0
      ? try seen.dropping(share: settings.drop, key: key.split("drop")) : seen
    // a path that a model cannot fill has to be refused before anything is written
    _ = try training.filled(.linear)
    _ = try heldOut.filled(.linear)
    self.init(
      training: training, heldOut: heldOut,
      normalisation: try Self.normalisation(settings.normalisation, of: training),
      time: TimeNormalisation(of: training, unit: settings.timeUnit))
  }

  private init(
    training: PathSet, heldOut: PathSet, normalisation: PathNormalisation,
    time: TimeNormalisation
  ) {
    (self.training, self.heldOut) = (training, heldOut)
    (self.normalisation, self.time) = (normalisation, time)
  }

  private static func isSeries(_ name: String) -> Bool {
    SeriesCatalogue.standard.entries.contains { $0.name == name }
  }

  /// Whether data are called by the name of a file, and not by that of a series.
  static func isFile(_ name: String) -> Bool {
    !isSeries(name) && (Folder.exists(name) || name.contains("/") || PathFile.isNamed(name))
  }

  private static func paths(
    _ settings: PathTrainingSettings, key: RandomKey
  ) throws(UserError) -> (paths: PathSet, isFile: Bool) {
    let name = settings.data
    guard isFile(name) else {
      do {
        let entry = try SeriesCatalogue.standard.entry(name)
        return (
          try entry.make(count: settings.paths > 0 ? settings.paths : nil, key: key), false
        )
      } catch {
        guard !isSeries(name) else { throw error }
        throw UserError(
          error.kind, found: error.found + " and no such file",
          expected: error.expected + ", or a file of paths", action: error.action)
      }
    }
    guard settings.paths == 0 else {
      throw UserError(
        .configuration, found: "paths = \(settings.paths) for the file \(name)",
        expected: "no such setting, since a file has the paths it has",
        action: "leave it out")
    }
    let columns = PathSet.WideColumns(rawValue: settings.columns) ?? .channels
    return (try PathFile.read(name, columns: columns), true)
  }

  private static func normalisation(
    _ kind: PathTrainingSettings.Normalisation, of paths: PathSet
  ) throws(UserError) -> PathNormalisation {
    switch kind {
    case .firstTime: try PathNormalisation(of: paths, over: .firstTime)
    case .everyTime: try PathNormalisation(of: paths, over: .everyTime)
    case .none:
      PathNormalisation(
        means: [Double](repeating: 0, count: paths.channelCount),
        deviations: [Double](repeating: 1, count: paths.channelCount))
    }
  }

  // MARK: What a model sees

  /// The training paths as a model sees them.
  ///
  /// - Throws: `UserError` of kind `configuration` where times are too close to tell apart.
  func normalised() throws(UserError) -> PathSet {
    try time.apply(to: normalisation.apply(to: training))
  }

  /// Paths of a model in the units and at the times of the data.
  func restored(_ samples: PathSet) throws(UserError) -> PathSet {
    try PathSet(
      times: training.times, channelNames: training.channelNames,
      values: normalisation.undo(on: samples).values)
  }
}

extension PathData {
  /// What the metadata of a file hold.
  private struct Head: Codable {
    var format = 1
    var channels: [String]
    var normalisation: PathNormalisation
    var time: TimeNormalisation
  }

  private static let headName = "path_data"

  /// The data as a safetensors file: `times`, `[T]`; `training` and `held-out`, `[N, T, C]`.
  func encoded() throws(UserError) -> [UInt8] {
    var tensors = NamedTensors()
    tensors.set("times", training.times)
    for (name, paths) in [("training", training), ("held-out", heldOut)] {
      tensors.set(
        name, paths.values, shape: [paths.pathCount, paths.timeCount, paths.channelCount])
    }
    let head = Head(
      channels: training.channelNames, normalisation: normalisation, time: time)
    let text = String(decoding: try JSONText.encode(head), as: UTF8.self)
    return try Safetensors.encode(.init(tensors: tensors, metadata: [Self.headName: text]))
  }

  /// The data that a file holds.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when it is not what a run writes.
  init(_ bytes: [UInt8], from path: String) throws(UserError) {
    let contents = try Safetensors.decode(bytes, from: path)
    let text = contents.metadata[Self.headName] ?? ""
    let head: Head = try JSONText.decode(Array(text.utf8), from: path)
    let times: [Double] = try contents.tensors.get("times")
    var sets: [PathSet] = []
    for name in ["training", "held-out"] {
      sets.append(
        try PathSet(
          times: times, channelNames: head.channels, values: try contents.tensors.get(name)))
    }
    self.init(
      training: sets[0], heldOut: sets[1], normalisation: head.normalisation, time: head.time)
  }
}
