#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension UnsafeMutablePointer where Pointee: BinaryFloatingPoint {
  /// Sets `count` numbers to 0.
  ///
  /// Their bytes are all 0 then, which takes no code of the number's type: `update(repeating:)` in code that is not
  /// specialised asks the type for every single number.
  public func zero(count: Int) { memset(self, 0, count * MemoryLayout<Pointee>.stride) }
}
