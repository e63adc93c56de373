/// How a sparse layer is stored and which kernels multiply it: one of a few, told apart by name.
///
/// ``cheapest(for:on:precision:)`` chooses by a fixed model of what each costs, so that the same layer gets the
/// same plan, and the same bits, on every machine with the same instruction set.
///
/// ```swift
/// let work = SparseWork(shape: LayerShape(outputs: 256, inputs: 256), keptCount: 3277)
/// print(SparsePlan.cheapest(for: work, on: .avx512))   // rows-256
/// ```
public struct SparsePlan: Sendable {
  /// What configurations call it: `rows`.
  public let name: String

  /// What it does, in a phrase.
  public let summary: String

  /// How precise the numbers are that its products multiply.
  public let precision: Precision

  /// Whether it can serve the layer.
  let serves: @Sendable (SparseWork) -> Bool

  /// What an update costs per panel of 64 samples, in cycles.
  let cost: @Sendable (SparseWork, KernelCosts) -> Double

  /// Makes storage for a shape, a number of kept weights and the columns that get gradients.
  let make: @Sendable (LayerShape, Int, Range<Int>) -> any SparseFormat

  /// All plans; of equally cheap ones the first is taken.
  public static let all: [SparsePlan] = [
    rows, wideBackwardRows, wideRows, sharedRows, masked, denseBFloat16,
    sharedRowsBFloat16,
  ]

  /// The plan with this name.
  public static func named(_ name: String) -> SparsePlan? { all.first { $0.name == name } }

  /// The plans that can serve a layer without rounding more than `precision` allows.
  public static func serving(
    _ work: SparseWork, precision: Precision = .float32
  ) -> [SparsePlan] {
    all.filter { $0.serves(work) && precision.allows($0) }
  }

  /// The plan that the model of costs finds the fastest.
  ///
  /// - Parameters:
  ///   - work: The layer.
  ///   - instructionSet: What the kernels are made of.
  ///   - precision: How precise the numbers may be that products multiply.
  /// - Returns: One of those that can serve the layer, the same on every machine.
  public static func cheapest(
    for work: SparseWork, on instructionSet: InstructionSet, precision: Precision = .float32
  ) -> SparsePlan {
    let costs = instructionSet.costs
    var best = rows
    for plan in all
    where plan.serves(work) && precision.allows(plan)
      && plan.cost(work, costs) < best.cost(work, costs)
    {
      best = plan
    }
    return best
  }
}

/// A sparse layer as far as the choice of its storage is concerned.
public struct SparseWork: Hashable, Sendable {
  /// The size of the layer.
  public var shape: LayerShape
  /// How many weights are kept, at most.
  public var keptCount: Int
  /// Whether rows 4 g to 4 g + 3 always keep the same inputs.
  public var sharesRows: Bool
  /// How many inputs the backward pass gives a gradient for.
  public var gradientColumnCount: Int

  /// A layer from its parts; all inputs get gradients where nothing is said.
  public init(
    shape: LayerShape, keptCount: Int, sharesRows: Bool = false, gradientColumnCount: Int? = nil
  ) {
    self.shape = shape
    self.keptCount = keptCount
    self.sharesRows = sharesRows
    self.gradientColumnCount = gradientColumnCount ?? shape.inputs
  }

  /// The name of the layer in a table of measured choices: `256x17-768`, with `-shared` behind it
  /// where rows share their inputs and `-g6` where only so many inputs get gradients.
  public var name: String {
    "\(shape.outputs)x\(shape.inputs)-\(keptCount)" + (sharesRows ? "-shared" : "")
      + (gradientColumnCount == shape.inputs ? "" : "-g\(gradientColumnCount)")
  }

  /// The layer with this ``name``; nothing where no layer is called that.
  public init?(name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    let sizes = parts[0].split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sizes.count == 2, let outputs = sizes[0], let inputs = sizes[1], parts.count >= 2,
      let kept = Int(parts[1]), !outputs.multipliedReportingOverflow(by: inputs).overflow
    else { return nil }
    let columns = parts.last.flatMap { $0.hasPrefix("g") ? Int($0.dropFirst()) : nil }
    self.init(
      shape: LayerShape(outputs: outputs, inputs: inputs), keptCount: kept,
      sharesRows: parts.contains("shared"), gradientColumnCount: columns)
    // whatever else it says would be lost
    guard outputs > 0, inputs > 0, kept > 0, kept <= shape.weightCount, self.name == name else {
      return nil
    }
  }
}

extension SparsePlan: Hashable, CustomStringConvertible {
  /// Plans with the same name are the same.
  public static func == (a: SparsePlan, b: SparsePlan) -> Bool { a.name == b.name }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// The name.
  public var description: String { name }
}
