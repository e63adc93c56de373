import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An advisory lock on a file, held until the value ends or the program does, however it ends.
final class FileLock {
  private let file: OpenFile

  /// The lock of the file at `path`, which is made where there is none; nothing when somebody else has it
  /// for longer than `patience` seconds.
  ///
  /// Whoever only looks whether a lock is held has it for a moment, so a little patience is needed.
  init?(_ path: String, patience: Double) throws(UserError) {
    file = try OpenFile(path, .update)
    let deadline = secondsNow() + patience
    while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw .file(errno, cannot: "lock", path)
      }
      guard secondsNow() < deadline else { return nil }
      usleep(10_000)
    }
  }

  // a child between fork and exec still holds the file open, and the lock with it
  deinit { flock(file.descriptor, LOCK_UN) }

  /// Whether anybody holds the lock of the file at `path`.
  static func isHeld(_ path: String) -> Bool {
    guard let file = try? OpenFile(path, .read) else { return false }
    // shared, so that two that look do not mistake each other for a holder
    guard flock(file.descriptor, LOCK_SH | LOCK_NB) == 0 else { return true }
    flock(file.descriptor, LOCK_UN)
    return false
  }

  /// Replaces what the file holds; it is for people, and means nothing.
  func note(_ text: String) throws(UserError) {
    try file.truncate(to: 0)
    try file.write(Array(text.utf8))
  }
}
