import CCoppiceKernels

/// A family of vector instructions that the C kernels are compiled for.
public enum InstructionSet: String, CaseIterable, Sendable, Codable {
  /// AVX-512 F, VL, BW and DQ: sixteen floats at once.
  case avx512
  /// AVX2 with FMA: eight floats at once.
  case avx2
  /// NEON of 64-bit ARM: four floats at once.
  case neon
  /// Plain C with the vector extensions of the compiler: four floats at once, everywhere.
  case portable

  /// The sets that this machine runs, the fastest first.
  public static let available = allCases.filter { $0.kernels != nil }

  /// The fastest set that this machine runs.
  public static let fastest = available.first ?? .portable

  /// The kernels of this set, or nothing where the machine cannot run them.
  var kernels: UnsafePointer<coppice_kernels>? {
    switch self {
    case .avx512: coppice_avx512()
    case .avx2: coppice_avx2()
    case .neon: coppice_neon()
    case .portable: coppice_portable()
    }
  }

  /// The kernels of bf16 numbers that go with this set, or nothing where the machine has none.
  var pairKernels: UnsafePointer<coppice_pair_kernels>? {
    self == .avx512 ? coppice_avx512_bf16() : nil
  }

  /// The precisions that products can have with this set on this machine.
  public var precisions: [Precision] { pairKernels == nil ? [.float32] : Precision.allCases }
}
