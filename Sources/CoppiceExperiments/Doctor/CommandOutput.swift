#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The first line that a shell command prints; nothing where it fails or prints nothing.
func firstLine(of command: String) -> String? {
  guard let pipe = popen(command, "r") else { return nil }
  var buffer = [CChar](repeating: 0, count: 512)
  var first: String?
  // all of it is read, so that the command does not end by a broken pipe
  while fgets(&buffer, Int32(buffer.count), pipe) != nil {
    guard first == nil else { continue }
    let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:))
    first = String(decoding: bytes, as: UTF8.self)
  }
  return pclose(pipe) == 0 ? first : nil
}
