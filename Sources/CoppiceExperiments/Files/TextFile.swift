public import CoppiceReports
public import CoppiceTensors

/// Whole files of text.
public enum TextFile {
  /// Replaces the file at `path` by `text`, in one step.
  ///
  /// - Throws: `UserError` of kind `file`; what was there is then untouched.
  public static func write(_ text: String, to path: String) throws(UserError) {
    try AtomicFile.write(Array(text.utf8), to: path)
  }

  /// The text of the file at `path`.
  ///
  /// - Throws: `UserError` of kind `file` when it cannot be read.
  public static func read(_ path: String) throws(UserError) -> String {
    String(decoding: try OpenFile(path, .read).contents(), as: UTF8.self)
  }

  /// The text of the file at `path`, which is to be TOML.
  ///
  /// - Throws: `UserError` of kind `file` when it cannot be read, of kind `configuration` when it is no text.
  static func readTOML(_ path: String) throws(UserError) -> String {
    let bytes = try OpenFile(path, .read).contents()
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    throw UserError(
      .configuration, found: "\(path) is no text", expected: "TOML", action: "name another file")
  }
}

extension RecordedResults {
  /// The results in the file at `path`.
  ///
  /// - Throws: `UserError` of kind `file` when it cannot be read, of kind `configuration` when it
  ///   holds something else.
  public init(contentsOf path: String) throws(UserError) {
    try self.init(csv: try TextFile.read(path), from: path)
  }
}
