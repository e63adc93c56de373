import CCoppiceKernels

/// Which weights of one layer are kept, and where their numbers lie.
///
/// A kept weight has a *position*; its value, gradient and optimiser moments lie at that position of
/// their buffers. How positions follow from the kept set is the business of the ``plan``: whoever
/// holds a topology moves numbers by ``denseIndex`` and knows nothing else. ``rebuild(mask:)`` changes
/// the kept set and with it the positions.
///
/// The shape and the capacity are fixed; rebuilding allocates nothing.
///
/// ## Shapes
/// - `O` outputs, `I` inputs
public final class SparseTopology: @unchecked Sendable {
  /// The size of the layer.
  public let shape: LayerShape

  /// Which inputs the backward pass gives a gradient for.
  public let gradientColumns: Range<Int>

  /// The most weights that can be kept.
  public let capacity: Int

  /// Whether rows 4 g to 4 g + 3 always keep the same inputs.
  public let sharesRows: Bool

  /// How the weights are stored and multiplied.
  public let plan: SparsePlan

  /// How many weights are kept.
  public private(set) var keptCount = 0

  /// `[O, I]`: 1 where a weight is kept, otherwise 0.
  public let keptMask: AlignedBuffer<UInt8>

  let format: any SparseFormat

  /// An empty topology.
  ///
  /// - Parameters:
  ///   - shape: The size of the layer.
  ///   - capacity: The most weights that can be kept.
  ///   - gradientColumns: Which inputs the backward pass gives a gradient for; all without.
  ///   - sharesRows: Whether rows 4 g to 4 g + 3 will always keep the same inputs.
  ///   - plan: How the weights are stored and multiplied.
  public init(
    shape: LayerShape, capacity: Int, gradientColumns: Range<Int>? = nil, sharesRows: Bool = false,
    plan: SparsePlan = .rows
  ) {
    self.shape = shape
    self.capacity = capacity
    self.sharesRows = sharesRows
    self.gradientColumns = gradientColumns ?? 0..<shape.inputs
    self.plan = plan
    keptMask = AlignedBuffer(count: shape.weightCount)
    format = plan.make(shape, capacity, self.gradientColumns)
  }

  /// The layer as the choice of its plan saw it.
  public var work: SparseWork {
    SparseWork(
      shape: shape, keptCount: capacity, sharesRows: sharesRows,
      gradientColumnCount: gradientColumns.count)
  }

  /// The most positions.
  public var positionCapacity: Int { format.positionCapacity }

  /// How many positions are in use: one for each kept weight, or one for every weight.
  public var positionCount: Int { format.positionCount }

  /// For each position where its weight lies in the dense matrix, row × inputs + column; −1 where the
  /// position holds no kept weight.
  public var denseIndex: AlignedBuffer<Int32> { format.denseIndex }

  /// Numbers that are derived from the values for the products.
  public var derivedCapacity: Int { format.derivedCapacity }

  /// How many of them the forward pass reads: all that a copy without gradients needs.
  public var forwardDerivedCapacity: Int { format.forwardDerivedCapacity }

  /// The row and column of the weight at `position`; nothing where it holds no kept weight.
  @inlinable
  public func place(of position: Int) -> (row: Int, column: Int)? {
    let index = Int(denseIndex.pointer[position])
    return index < 0 ? nil : (index / shape.inputs, index % shape.inputs)
  }

  /// Keeps the weights whose byte in `mask` is not 0, and no others.
  ///
  /// - Parameter mask: `[O, I]`, row-major.
  /// - Precondition: At most `capacity` bytes are not 0, and rows agree where the plan shares them.
  /// - Complexity: O(`O` `I`) for the mask, and about a nanosecond for each kept weight.
  public func rebuild(mask: UnsafePointer<UInt8>) {
    rebuild(mask: mask, keeping: coppice_count_kept(shape.weightCount, mask))
  }

  /// As ``rebuild(mask:)`` where it is known how many bytes are not 0.
  public func rebuild(mask: UnsafePointer<UInt8>, keeping kept: Int) {
    precondition(
      kept <= capacity, "\(kept) kept weights in a topology with room for \(capacity)")
    for weight in 0..<shape.weightCount { keptMask.pointer[weight] = mask[weight] != 0 ? 1 : 0 }
    format.rebuild(mask: UnsafePointer(keptMask.pointer))
    keptCount = kept
  }

  /// How many of `count` bytes are not 0.
  public static func keptCount(_ count: Int, mask: UnsafePointer<UInt8>) -> Int {
    coppice_count_kept(count, mask)
  }

  /// The kept weights as bytes, 1 where kept.
  public func mask() -> [UInt8] { Array(keptMask.elements) }
}
