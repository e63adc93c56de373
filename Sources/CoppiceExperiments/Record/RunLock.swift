import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The right to write into a run folder, held until the value ends or the program does.
public final class RunLock {
  private let file: OpenFile

  /// Takes the lock of the folder at `path`.
  ///
  /// - Throws: `UserError` of kind `file` when another process has it.
  init(_ path: String) throws(UserError) {
    file = try OpenFile("\(path)/.lock", .update)
    guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw UserError(
        .file, found: "another process writes into \(path)",
        action: "wait until it is done, or stop it")
    }
  }

  // closing is not enough: a child between fork and exec still holds the file open, and the lock with it
  deinit { flock(file.descriptor, LOCK_UN) }
}
