/// Files in which Linux describes itself, a name and a value on every line.
enum SystemFile {
  /// The first value of `name` in the file at `path`.
  static func field(_ name: String, in path: String) -> String? {
    guard let text = try? text(of: path) else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].prefix(while: { $0 != "\t" }) == name else { continue }
      return String(parts[1].drop { $0 == " " || $0 == "\t" })
    }
    return nil
  }

  /// The file, which has no size to go by.
  private static func text(of path: String) throws -> String {
    let file = try OpenFile(path, .read)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
