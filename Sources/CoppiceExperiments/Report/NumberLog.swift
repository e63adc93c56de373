import CoppiceTensors

/// The numbers of a log by name, each line once.
enum NumberLog {
  /// Hands every whole line of the log at `path` to `visit`; half a line at the end, which a program that
  /// was killed left behind, is passed over, and where there is no log there are no lines.
  ///
  /// - Parameters:
  ///   - path: The log.
  ///   - names: What is wanted of it, besides `environment_step`.
  ///   - visit: Takes the environment step and what the line has of the names.
  /// - Throws: `UserError` of kind `checkpoint` that names the first line that is none of a log, of kind
  ///   `file` when it cannot be read.
  static func read(
    _ path: String, _ names: [String], _ visit: (Int, ArraySlice<LogScanner.Entry>) -> Void
  ) throws(UserError) {
    guard Folder.exists(path) else { return }
    var bytes = try OpenFile(path, .read).contents()
    bytes.append(0)
    let wanted = (["environment_step"] + names).map { Array($0.utf8) }
    let torn = bytes.withUnsafeBufferPointer { bytes -> Int? in
      var scanner = LogScanner(bytes, wanted: wanted)
      var entries: [LogScanner.Entry] = []
      var (start, number) = (0, 1)
      while let end = bytes[start...].firstIndex(of: 0x0A) {
        guard scanner.read(from: start, to: end, into: &entries),
          let place = entries.firstIndex(where: { $0.name == 0 }),
          let step = Int(exactly: entries[place].sum), step >= 0
        else { return number }
        entries.swapAt(0, place)
        visit(step, entries.dropFirst())
        start = end + 1
        number += 1
      }
      return nil
    }
    guard let torn else { return }
    throw UserError(
      .checkpoint, found: "\(path), line \(torn), is no line of a log",
      expected: "a JSON object of numbers with environment_step",
      action: "restore the file from a copy, or remove that line")
  }
}
