package import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes of whole files of which a reader sees the old state or the new one, never a part.
package enum AtomicFile {
  /// Replaces the file at `path` by `bytes`, or makes it.
  ///
  /// The bytes are written to a hidden file beside it and reach the disk before it takes the name. A
  /// write that was interrupted leaves only the hidden file, which the next one overwrites.
  ///
  /// A link keeps pointing to its file, which is replaced; devices and pipes are no files and are written to.
  ///
  /// - Throws: `UserError` of kind `file`; the old file is then still in place.
  package static func write(_ bytes: [UInt8], to path: String) throws(UserError) {
    if isDevice(path) {
      try OpenFile(path, .modify).write(bytes)
    } else {
      try replace(linked(path), by: bytes)
    }
  }

  /// Whether a device or a pipe is at `path`, or at the end of a link there.
  static func isDevice(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// What a link at `path` leads to; `path` where there is none, or where it leads nowhere.
  static func linked(_ path: String) throws(UserError) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    guard let target = realpath(path, nil) else {
      if errno == ENOENT { return path }
      throw .file(errno, cannot: "write", path)
    }
    defer { free(target) }
    return String(cString: target)
  }

  private static func replace(_ path: String, by bytes: [UInt8]) throws(UserError) {
    let name = lastPart(of: path)
    let folder = name == path.startIndex ? "." : String(path[..<name])
    let beside = beside(path)
    do throws(UserError) {
      let file = try OpenFile(beside, .replace)
      try file.write(bytes)
      try file.synchronise()
      try Folder.rename(beside, to: path)
    } catch {
      unlink(beside)
      throw UserError(
        error.kind, found: error.found.replacing(beside, with: path), expected: error.expected,
        action: error.action)
    }
    try Folder(folder).synchronise()
  }

  /// The hidden file beside the one at `path`, where it grows until it is whole.
  package static func beside(_ path: String) -> String {
    let name = lastPart(of: path)
    return "\(path[..<name]).partial-\(path[name...])"
  }

  private static func lastPart(of path: String) -> String.Index {
    path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
  }
}
