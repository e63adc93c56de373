import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The two ends of a pipe, which child processes do not inherit.
struct Pipe {
  /// Where bytes come out.
  let reading: Int32
  /// Where they go in.
  let writing: Int32

  /// A new pipe; whoever has it closes both ends.
  ///
  /// - Throws: `UserError` of kind `file` when the system has none left.
  init() throws(UserError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .file(errno, cannot: "open", "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }
}
