import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The right to work on a member of a study, held until the value ends or the program does.
final class StudyClaim {
  private let lock: FileLock

  /// Claims what the file at `path` stands for.
  ///
  /// - Throws: `UserError` of kind `file` when another process has it.
  init(_ path: String, of member: StudyMember) throws(UserError) {
    // those who only look have it for an instant
    guard let lock = try FileLock(path, patience: 1) else {
      let holder = (try? TextFile.read(path)).flatMap { $0.split(separator: "\n").first }
      throw UserError(
        .file,
        found: "another process works on member \(member.number), \(member.name)"
          + (holder.map { " (\($0))" } ?? ""),
        action: "wait until it is done, or stop it")
    }
    self.lock = lock
    try lock.note("process \(getpid()) on \(StudyEvent.host)\n")
  }

  /// Whether somebody works on what the file at `path` stands for.
  static func isHeld(_ path: String) -> Bool { FileLock.isHeld(path) }
}
