#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes of a large page of memory, where a system has them.
private let largePage = 2 << 20

/// Zeroed memory on a 64-byte boundary, owned by one reference and freed with it.
///
/// The kernels read whole vectors, so the memory behind the last element is padded with zeros up to
/// the next 64 bytes plus one vector. The padding belongs to nobody.
///
/// A buffer is shared by reference. Whoever hands one to several threads promises that they write
/// different elements.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The first element.
  public let pointer: UnsafeMutablePointer<Element>

  /// How many elements there are.
  public let count: Int

  /// `count` zeros.
  ///
  /// - Precondition: `count` is not negative, and the machine has the memory.
  public init(count: Int) {
    precondition(count >= 0, "a buffer cannot hold \(count) elements")
    let bytes = (count * MemoryLayout<Element>.stride + 63) / 64 * 64 + 64
    let isLarge = bytes >= 2 * largePage
    var memory: UnsafeMutableRawPointer?
    let status = posix_memalign(&memory, isLarge ? largePage : 64, bytes)
    guard status == 0, let memory else {
      preconditionFailure("no memory for a buffer of \(bytes) bytes")
    }
    #if os(Linux)
      // who reads here and there in a large buffer waits for walks through the tables of small pages;
      // where the system has no large ones this does nothing
      if isLarge { madvise(memory, bytes / largePage * largePage, MADV_HUGEPAGE) }
    #endif
    memset(memory, 0, bytes)
    self.pointer = memory.bindMemory(
      to: Element.self, capacity: bytes / MemoryLayout<Element>.stride)
    self.count = count
  }

  /// The elements of `values`, in order.
  public convenience init(_ values: some Collection<Element>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { free(UnsafeMutableRawPointer(pointer)) }

  /// The elements as memory.
  @inlinable
  public var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }

  /// Element `index`.
  @inlinable
  public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "index outside the buffer")
      return pointer[index]
    }
    set {
      precondition(index >= 0 && index < count, "index outside the buffer")
      pointer[index] = newValue
    }
  }

  /// Overwrites the elements with those of `other`.
  ///
  /// - Precondition: Both hold the same number of elements.
  public func copy(from other: AlignedBuffer<Element>) {
    precondition(count == other.count, "cannot copy \(other.count) elements into \(count)")
    pointer.update(from: other.pointer, count: count)
  }

  /// Sets every byte to zero.
  public func zero() { memset(pointer, 0, count * MemoryLayout<Element>.stride) }

  /// Sets every element to `value`.
  public func fill(_ value: Element) { elements.update(repeating: value) }
}
