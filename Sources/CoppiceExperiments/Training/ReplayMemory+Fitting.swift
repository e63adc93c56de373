import CoppiceReplay
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ReplayMemory {
  /// Memory of `byteCount` bytes: the machine's where it takes at most half of it, otherwise a file
  /// without a name that the system pages in and out.
  ///
  /// - Throws: `UserError` of kind `file` when there is neither the memory nor the disk space.
  static func fitting(byteCount: Int) throws(UserError) -> ReplayMemory {
    let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    guard byteCount > physical / 2 else { return try ReplayMemory(byteCount: byteCount) }
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
    var path = Array("\(folder)/coppice-replay-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw .file(errno, cannot: "make a file in", folder) }
    defer { close(descriptor) }
    unlink(path)
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else {
      throw .file(errno, cannot: "make a file of \(byteCount) bytes in", folder)
    }
    return try ReplayMemory(byteCount: byteCount, file: descriptor)
  }
}
