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
      return SystemFile.field("model name", in: "/proc/cpuinfo") ?? architecture
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
      let all = SystemFile.field("flags", in: "/proc/cpuinfo")?.split(separator: " ") ?? []
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
}
