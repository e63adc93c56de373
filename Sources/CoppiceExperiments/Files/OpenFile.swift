package import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is open, closed when the value ends.
///
/// All errors of the system become `UserError` of kind `file` with the path and the reason.
package struct OpenFile: ~Copyable {
  /// What to do with a file.
  package enum Mode {
    /// Read what is there.
    case read
    /// Read and write; make the file where there is none.
    case update
    /// Read and write what is there.
    case modify
    /// Write; empty the file first, make it where there is none.
    case replace
    /// Write at the end; make the file where there is none.
    case append

    fileprivate var flags: Int32 {
      switch self {
      case .read: O_RDONLY
      case .update: O_RDWR | O_CREAT
      case .modify: O_RDWR
      case .replace: O_RDWR | O_CREAT | O_TRUNC
      case .append: O_WRONLY | O_CREAT | O_APPEND
      }
    }
  }

  /// The path it was opened with.
  package let path: String
  package let descriptor: Int32

  /// Opens `path`.
  package init(_ path: String, _ mode: Mode) throws(UserError) {
    let descriptor = open(path, mode.flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw .file(errno, cannot: mode == .read ? "read" : "write", path)
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// How many bytes the file has.
  package func byteCount() throws(UserError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .file(errno, cannot: "read", path) }
    // a folder opens like a file, but cannot be read; devices and pipes have no size
    guard status.st_mode & S_IFMT == S_IFREG else {
      if status.st_mode & S_IFMT == S_IFDIR { throw .file(EISDIR, cannot: "read", path) }
      throw UserError(
        .file, found: "\(path) is a pipe or a device", expected: "a file",
        action: "write it into a file first")
    }
    return Int(status.st_size)
  }

  /// Writes all of `bytes` where the file stands.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(UserError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, piece.baseAddress, piece.count)
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, piece.baseAddress, piece.count)
      #else
        let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
      #endif
      if count < 0 {
        if errno == EINTR { continue }
        throw .file(errno, cannot: "write", path)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes all of `bytes` where the file stands.
  package func write(_ bytes: [UInt8]) throws(UserError) {
    try bytes.withUnsafeBufferPointer { (memory) throws(UserError) in
      try write(UnsafeRawBufferPointer(memory))
    }
  }

  /// Fills `bytes` from the file, beginning at `offset`.
  ///
  /// - Returns: How many bytes there were; fewer than asked for at the end of the file.
  package func read(
    into bytes: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(UserError) -> Int {
    guard let start = bytes.baseAddress else { return 0 }
    var done = 0
    while done < bytes.count {
      let count = pread(descriptor, start + done, bytes.count - done, off_t(offset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw .file(errno, cannot: "read", path)
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Fills `bytes` from the file, beginning at `offset`.
  ///
  /// - Throws: `UserError` of kind `file` also when the file ends too early.
  package func fill(_ bytes: inout [UInt8], at offset: Int) throws(UserError) {
    try bytes.withUnsafeMutableBufferPointer { (memory) throws(UserError) in
      let memory = UnsafeMutableRawBufferPointer(memory)
      guard try read(into: memory, at: offset) == memory.count else {
        throw .file(EIO, cannot: "read", path)
      }
    }
  }

  /// The whole file.
  package func contents() throws(UserError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: try byteCount())
    try fill(&bytes, at: 0)
    return bytes
  }

  /// Cuts the file to `byteCount` bytes and goes to its end.
  package func truncate(to byteCount: Int) throws(UserError) {
    guard ftruncate(descriptor, off_t(byteCount)) == 0,
      lseek(descriptor, off_t(byteCount), SEEK_SET) >= 0
    else { throw .file(errno, cannot: "shorten", path) }
  }

  /// Waits until what was written lies on the disk.
  package func synchronise() throws(UserError) {
    guard fsync(descriptor) == 0 else { throw .file(errno, cannot: "write", path) }
  }
}
