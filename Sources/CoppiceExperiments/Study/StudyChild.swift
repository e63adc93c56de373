import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process that works on one member of a study for a pool.
///
/// It is in a process group of its own, so that Ctrl-C reaches the pool alone, which passes it on. Its
/// standard input is a pipe that nobody writes into: it ends when the pool does, however that ends, and
/// the process then stops with a checkpoint.
final class StudyChild {
  /// How a process ended.
  enum Ending: Equatable {
    case exited(Int32)
    case killed(Int32)
  }

  /// Which member.
  let member: StudyMember
  /// The process.
  let process: pid_t

  private let lifeline: Int32
  private let complaints: Int32
  private var ending: Ending?

  /// Starts `program` with `arguments`.
  ///
  /// - Throws: `UserError` of kind `file` when the system refuses.
  init(
    _ program: String, _ arguments: [String], for member: StudyMember
  ) throws(UserError) {
    let ends = try Pipe()
    defer { close(ends.reading) }
    let complaints: Int32
    do throws(UserError) {
      complaints = try Self.namelessFile()
    } catch {
      close(ends.writing)
      throw error
    }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends.reading, STDIN_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO)
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var words = ([program] + arguments).map { strdup($0) }
    words.append(nil)
    var process = pid_t()
    let status = posix_spawn(&process, program, &actions, &attributes, words, environ)
    for word in words { free(word) }
    posix_spawnattr_destroy(&attributes)
    posix_spawn_file_actions_destroy(&actions)
    guard status == 0 else {
      close(ends.writing)
      close(complaints)
      throw .file(status, cannot: "start", program)
    }
    self.member = member
    self.process = process
    self.complaints = complaints
    lifeline = ends.writing
  }

  deinit {
    close(lifeline)
    close(complaints)
  }

  /// How it ended; nothing while it runs.
  func poll() -> Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    // as the macros of the system have it, which Swift does not see
    let signal = status & 0x7F
    ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal)
    return ending
  }

  /// Asks it to stop with a checkpoint.
  func stop() {
    if ending == nil { kill(process, SIGTERM) }
  }

  /// The last line that it complained, without the word that errors begin with.
  var lastComplaint: String? {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let size = lseek(complaints, 0, SEEK_END)
    let count = bytes.withUnsafeMutableBytes {
      pread(complaints, $0.baseAddress, $0.count, max(0, size - off_t($0.count)))
    }
    guard count > 0 else { return nil }
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    guard
      let line = lines.last(where: { $0.hasPrefix("Error: ") || $0.contains("Fatal error") })
        ?? lines.last
    else { return nil }
    return line.hasPrefix("Error: ") ? String(line.dropFirst(7)) : String(line)
  }

  /// A file that is gone when nobody has it open.
  private static func namelessFile() throws(UserError) -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/coppice-study-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw .file(errno, cannot: "make a file in", folder) }
    unlink(path)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }
}
