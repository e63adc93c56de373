package import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written piece by piece, and takes its name when it is finished.
///
/// Until then a hidden file beside it grows. One that is not finished leaves nothing, and a file that was there
/// before stays in place. A link keeps pointing to its file, which is replaced; devices and pipes are no files and
/// are written to at once.
package final class GrowingFile {
  private let path: String
  /// The hidden file; nothing where a device is written to.
  private let beside: String?
  private let file: OpenFile
  private var buffer: [UInt8] = []
  private var isFinished = false

  /// Bytes that are written at a time.
  private static let bufferByteCount = 1 << 20

  /// Begins a file.
  ///
  /// - Parameter path: Where it will lie; a file that is there is replaced in the end.
  /// - Throws: `UserError` of kind `file` when the place cannot be written.
  package init(_ path: String) throws(UserError) {
    if Folder(path).exists {
      throw UserError(.file, found: "\(path) is a folder", action: "name a file, not a folder")
    }
    if AtomicFile.isDevice(path) {
      (self.path, beside) = (path, nil)
      file = try OpenFile(path, .modify)
      return
    }
    let path = try AtomicFile.linked(path)
    self.path = path
    let beside = AtomicFile.beside(path)
    self.beside = beside
    do throws(UserError) {
      file = try OpenFile(beside, .replace)
    } catch {
      throw Self.named(error, beside, path)
    }
  }

  deinit { if !isFinished, let beside { unlink(beside) } }

  /// Adds bytes at the end.
  ///
  /// - Throws: `UserError` of kind `file` when the disk is full or fails.
  package func append(_ bytes: some Sequence<UInt8>) throws(UserError) {
    precondition(!isFinished, "a file that is finished takes no more")
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  private func flush() throws(UserError) {
    do throws(UserError) {
      try file.write(buffer)
    } catch {
      throw Self.named(error, beside, path)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes what is left and gives the file its name; does nothing where that was done.
  ///
  /// - Throws: `UserError` of kind `file`; a file that was there before is then still in place.
  package func finish() throws(UserError) {
    guard !isFinished else { return }
    try flush()
    isFinished = true
    guard let beside else { return }
    do throws(UserError) {
      try file.synchronise()
      try Folder.rename(beside, to: path)
    } catch {
      unlink(beside)
      throw Self.named(error, beside, path)
    }
  }

  /// An error that speaks of the file that was asked for.
  private static func named(_ error: UserError, _ beside: String?, _ path: String) -> UserError {
    guard let beside else { return error }
    return UserError(
      error.kind, found: error.found.replacing(beside, with: path), expected: error.expected,
      action: error.action)
  }
}
