#if canImport(Darwin)
  import Darwin
#endif

/// What the processor says of itself.
package enum Processor {
  /// Its name; the architecture where it tells none.
  package static var name: String {
    #if canImport(Darwin)
      var size = 0
      sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
      var name = [CChar](repeating: 0, count: max(size, 1))
      sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
      return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    #else
      return field("model name") ?? architecture
    #endif
  }

  /// Those instruction sets that matter to the kernels, in the order of the alphabet.
  package static var features: [String] {
    #if arch(arm64)
      return ["neon"]
    #else
      let interesting: Set<Substring> = [
        "avx", "avx2", "avx512bw", "avx512dq", "avx512f", "avx512vl", "fma",
      ]
      let all = field("flags")?.split(separator: " ") ?? []
      return Set(all).intersection(interesting).map(String.init).sorted()
    #endif
  }

  private static var architecture: String {
    #if arch(arm64)
      "arm64"
    #elseif arch(x86_64)
      "x86_64"
    #else
      "unknown"
    #endif
  }

  /// The first value of `name` in the system's description of its processors.
  private static func field(_ name: String) -> String? {
    guard let text = try? text(of: "/proc/cpuinfo") else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].prefix(while: { $0 != "\t" }) == name else { continue }
      return String(parts[1].drop { $0 == " " })
    }
    return nil
  }

  /// A file of the system, which has no size to go by.
  private static func text(of path: String) throws -> String {
    let file = try OpenFile(path, .read)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
