public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory for a replay: anonymous, or mapped onto an open file when it is larger than memory.
///
/// Pages are taken from the system when they are first written, on Linux 2 MiB at a time.
public final class ReplayMemory {
  /// The size.
  public let byteCount: Int

  /// The first number.
  let start: UnsafeMutablePointer<Float>

  /// Zeroed memory.
  ///
  /// - Parameters:
  ///   - byteCount: The size.
  ///   - file: An open file of at least that size to lie in; anonymous memory without. The
  ///     descriptor may be closed afterwards.
  /// - Throws: `UserError` of kind `file` when the system refuses.
  public init(byteCount: Int, file: Int32? = nil) throws(UserError) {
    #if canImport(Darwin)
      let anonymous = MAP_PRIVATE | MAP_ANON
    #else
      let anonymous = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #endif
    let mapped = mmap(
      nil, max(byteCount, 1), PROT_READ | PROT_WRITE, file == nil ? anonymous : MAP_SHARED,
      file ?? -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw UserError(
        .file,
        found: "no memory for a replay of \(byteCount) bytes (\(String(cString: strerror(errno))))",
        action: "lower replay_capacity")
    }
    #if os(Linux)
      // records are drawn from all over the memory, and each from a small page would cost a walk
      // through the page tables; where the system has no large pages this does nothing
      if file == nil { madvise(mapped, byteCount, MADV_HUGEPAGE) }
    #endif
    self.byteCount = byteCount
    start = mapped.bindMemory(to: Float.self, capacity: byteCount / MemoryLayout<Float>.stride)
  }

  deinit { munmap(start, max(byteCount, 1)) }
}
