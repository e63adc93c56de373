import CCoppiceKernels

/// The operations as C kernels, for one instruction set.
///
/// Choose a set to compare or to reproduce a run made on another machine; ``fastest`` otherwise.
/// Results depend on the set, for each sums in its own order, and on nothing else.
///
/// ```swift
/// let kernels = KernelArithmetic.fastest
/// let sameEverywhere = try KernelArithmetic(.portable)
/// ```
public struct KernelArithmetic: PanelArithmetic, @unchecked Sendable {
  /// The kernels run in single precision.
  public typealias Scalar = Float

  /// The instructions that the kernels are made of.
  public let instructionSet: InstructionSet

  /// How precise the numbers are that products multiply.
  public let precision: Precision

  /// Plans that were measured to be the fastest; where there is none, a cost model decides.
  public var tuning = SparseTuning()

  /// The kernels; constant for the life of the process.
  let table: UnsafePointer<coppice_kernels>

  /// The kernels for the fastest instruction set that this machine runs.
  public static let fastest = KernelArithmetic()

  /// The kernels for `set`.
  ///
  /// - Parameters:
  ///   - set: The instructions that the kernels are made of.
  ///   - precision: How precise the numbers are that products multiply.
  /// - Throws: ``UserError`` of kind `configuration` when this machine does not run the set, or does
  ///   not have the precision with it.
  public init(_ set: InstructionSet, precision: Precision = .float32) throws(UserError) {
    guard let table = set.kernels else {
      throw UserError(
        .configuration, found: "instruction set \"\(set.rawValue)\"",
        expected: InstructionSet.available.map(\.rawValue).joined(separator: " or "),
        action: "choose a set that this machine runs, or leave the choice out")
    }
    guard set.precisions.contains(precision) else {
      throw UserError(
        .configuration,
        found: "precision \"\(precision.rawValue)\" with instruction set \"\(set.rawValue)\"",
        expected: "\"avx512\" on a processor with AVX512_BF16",
        action: "leave the precision at \"\(Precision.float32.rawValue)\"")
    }
    self.instructionSet = set
    self.precision = precision
    self.table = table
  }

  private init() {
    instructionSet = .fastest
    precision = .float32
    table = InstructionSet.fastest.kernels ?? coppice_portable()
  }
}

extension LayerShape {
  /// The shape as the kernels take it.
  var forKernels: coppice_shape { coppice_shape(outputs: outputs, inputs: inputs) }
}

extension PanelRun where Scalar == Float {
  /// The run as the kernels take it.
  var forKernels: coppice_panels { coppice_panels(start: start, stride: stride, count: count) }
}
