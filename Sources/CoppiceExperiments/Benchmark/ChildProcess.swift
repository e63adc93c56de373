import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that runs beside this one and is spoken to through its standard input and output.
struct ChildProcess: ~Copyable {
  private let identifier: pid_t
  private let input: Int32
  private let output: Int32

  /// Starts the program at `path`; what it complains about goes where ours does.
  ///
  /// - Throws: `UserError` of kind `file` when the system refuses.
  init(_ path: String, _ arguments: [String]) throws(UserError) {
    let (toChild, fromChild) = (try Pipe(), try Pipe())
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, toChild.reading, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, fromChild.writing, STDOUT_FILENO)
    var words = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    var identifier = pid_t()
    let status = posix_spawn(&identifier, path, &actions, nil, words, environ)
    for word in words { free(word) }
    posix_spawn_file_actions_destroy(&actions)
    close(toChild.reading)
    close(fromChild.writing)
    guard status == 0 else {
      close(toChild.writing)
      close(fromChild.reading)
      throw .file(status, cannot: "start", path)
    }
    self.identifier = identifier
    input = toChild.writing
    output = fromChild.reading
  }

  deinit {
    close(input)
    close(output)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
  }

  /// Sends a line and waits for a line.
  ///
  /// - Returns: What the program said; nothing when it ended instead.
  func answer(to request: String) -> String? {
    var line = request + "\n"
    let sent = line.withUTF8 { write(input, $0.baseAddress, $0.count) }
    guard sent == line.utf8.count else { return nil }
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(output, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return nil }
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
  }

  /// The most memory that the program has held so far, in bytes; nothing where the system does not
  /// tell.
  var peakByteCount: Int? {
    #if canImport(Darwin)
      var usage = rusage_info_v4()
      let status = withUnsafeMutablePointer(to: &usage) { usage in
        usage.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
          proc_pid_rusage(identifier, RUSAGE_INFO_V4, $0)
        }
      }
      return status == 0 ? Int(usage.ri_lifetime_max_phys_footprint) : nil
    #else
      let text = SystemFile.field("VmHWM", in: "/proc/\(identifier)/status")
      return text?.split(separator: " ").first.flatMap { Int($0) }.map { $0 * 1024 }
    #endif
  }
}
