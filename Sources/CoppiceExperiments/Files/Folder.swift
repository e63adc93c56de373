package import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder on the disk, and what is done with folders.
package struct Folder: Sendable, Equatable {
  /// Where it is.
  package let path: String

  /// The folder at `path`, which need not exist.
  package init(_ path: String) { self.path = path }

  /// The path of `name` inside.
  package subscript(name: String) -> String { "\(path)/\(name)" }

  /// Whether anything lies at `path`.
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether a folder lies at the path.
  package var exists: Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes the folder and those above it, where they are missing.
  package func create() throws(UserError) {
    if exists { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try Folder(String(path[..<slash])).create()
    }
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && exists) else {
      throw .file(errno, cannot: "make the folder", path)
    }
  }

  /// The names inside, sorted; none where there is no folder.
  package func names() throws(UserError) -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw .file(errno, cannot: "list", path)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes the folder and everything inside; nothing where there is none.
  package func remove() throws(UserError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names() { try Folder(self[name]).remove() }
      guard rmdir(path) == 0 else { throw .file(errno, cannot: "remove", path) }
    } else {
      guard unlink(path) == 0 else { throw .file(errno, cannot: "remove", path) }
    }
  }

  /// How many bytes the file at `path` has, or all files inside where it is a folder.
  package static func byteCount(_ path: String) throws(UserError) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw .file(errno, cannot: "read", path) }
    guard status.st_mode & S_IFMT == S_IFDIR else { return Int(status.st_size) }
    let folder = Folder(path)
    var sum = 0
    for name in try folder.names() { sum += try byteCount(folder[name]) }
    return sum
  }

  /// Gives what lies at `source` the path `destination`, in one step.
  package static func rename(_ source: String, to destination: String) throws(UserError) {
    #if canImport(Darwin)
      let status = Darwin.rename(source, destination)
    #elseif canImport(Musl)
      let status = Musl.rename(source, destination)
    #else
      let status = Glibc.rename(source, destination)
    #endif
    guard status == 0 else { throw .file(errno, cannot: "write", destination) }
  }

  /// Waits until the names inside lie on the disk.
  package func synchronise() throws(UserError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(errno, cannot: "read", path) }
    defer { close(descriptor) }
    // some file systems cannot synchronise a folder and say so; the rename is then all there is
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .file(errno, cannot: "write", path)
    }
  }
}
