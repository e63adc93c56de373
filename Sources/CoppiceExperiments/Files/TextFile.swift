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
