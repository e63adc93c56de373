public import CoppiceSDE
public import CoppiceTensors

/// Files of paths: a table of comma-separated values, or tensors.
///
/// The name decides: what ends in `.safetensors` holds `times`, `[T]`, and `values`, `[N, T, C]` or `[N, T]`, with NaN
/// where nothing was observed; other tensors in it are not looked at. What its metadata call `channels`, names with
/// commas between them, are the names of the channels. Everything else is a table, as `PathSet` describes it.
public enum PathFile {
  /// What a name ends in that stands for tensors.
  private static let tensorSuffix = ".safetensors"
  private static let channelsName = "channels"

  /// Whether a name is that of a file by what it ends in.
  static func isNamed(_ name: String) -> Bool {
    name.hasSuffix(".csv") || isTensors(name)
  }

  private static func isTensors(_ path: String) -> Bool { path.hasSuffix(tensorSuffix) }

  /// The paths in a file.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - columns: What columns of a table beside the time are, where it has no column `path`.
  /// - Returns: The paths.
  /// - Throws: `UserError` of kind `file` when it cannot be read, of kind `checkpoint` when it is no whole file of
  ///   tensors, of kind `configuration` when what it holds makes no paths, and for tensors whose columns are said to be paths.
  public static func read(
    _ path: String, columns: PathSet.WideColumns = .channels
  ) throws(UserError) -> PathSet {
    let bytes = try OpenFile(path, .read).contents()
    guard isTensors(path) else { return try PathSet(csv: bytes, from: path, columns: columns) }
    guard columns == .channels else {
      throw UserError(
        .configuration, found: "columns that are \(columns.rawValue) for \(path)",
        expected: "no such setting, since values are [paths, times, channels] there",
        action: "leave it out")
    }
    let contents = try Safetensors.decode(bytes, from: path)
    let names = contents.metadata[channelsName].map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    do {
      return try PathSet(tensors: contents.tensors, channelNames: names)
    } catch {
      throw UserError(
        error.kind, found: "\(path): \(error.found)", expected: error.expected,
        action: error.action)
    }
  }

  /// Writes paths; a reader sees the old file or the new one, never a part.
  ///
  /// - Parameters:
  ///   - paths: What the file is to hold.
  ///   - path: Where; what it ends in says how.
  /// - Throws: `UserError` of kind `file`; what was there is then untouched. Of kind `configuration` where a name of
  ///   a channel holds a comma, which a file of tensors cannot say.
  public static func write(_ paths: PathSet, to path: String) throws(UserError) {
    guard isTensors(path) else { return try AtomicFile.write(paths.csv, to: path) }
    if let name = paths.channelNames.first(where: { $0.contains(",") }) {
      throw UserError(
        .configuration, found: "a channel called \"\(name)\" for \(path)",
        expected: "names without commas, which part them there",
        action: "write a file that ends in .csv")
    }
    let metadata = [channelsName: paths.channelNames.joined(separator: ",")]
    try Safetensors.write(.init(tensors: paths.tensors, metadata: metadata), to: path)
  }
}
