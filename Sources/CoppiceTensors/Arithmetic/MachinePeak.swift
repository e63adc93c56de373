import CCoppiceKernels

/// What one core could compute at most, from a clock measured on the spot.
///
/// The peak is lanes × multiply-add units × 2 × clock. The units cannot be asked for; two are
/// assumed for every set, which holds for the AVX2 and AVX-512 of current server and desktop
/// processors (some older ones have one 512-bit unit, some ARM cores four 128-bit ones).
public struct MachinePeak: Sendable, Codable, Equatable {
  /// The instructions that the peak is for.
  public var instructionSet: InstructionSet
  /// Cycles per second.
  public var clock: Double
  /// Floats of one vector.
  public var lanes: Int
  /// Vector multiply-adds that can begin in one cycle; an assumption.
  public var multiplyAddUnits: Int

  private enum CodingKeys: String, CodingKey {
    case instructionSet = "instruction_set"
    case clock
    case lanes
    case multiplyAddUnits = "multiply_add_units"
  }

  /// Floating-point operations per second, in billions.
  public var gigaflops: Double { Double(lanes * multiplyAddUnits * 2) * clock * 1e-9 }

  /// Measures the clock with a chain of dependent additions, one cycle each.
  ///
  /// - Parameters:
  ///   - arithmetic: Whose instruction set the peak is for.
  ///   - seconds: How long to measure; the fastest piece of a tenth of a millisecond counts.
  /// - Returns: The peak at the clock of this moment.
  public static func measured(
    for arithmetic: KernelArithmetic = .fastest, seconds: Double = 0.02
  ) -> MachinePeak {
    MachinePeak(
      instructionSet: arithmetic.instructionSet, clock: coppice_clock_frequency(seconds),
      lanes: Int(arithmetic.table.pointee.lanes), multiplyAddUnits: 2)
  }
}
