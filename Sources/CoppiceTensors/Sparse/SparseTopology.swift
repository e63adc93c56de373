import CCoppiceKernels

/// One layer's kept weights, as the kernels walk them: an index by rows for the forward pass and one
/// by columns for the backward pass.
///
/// A kept weight has a *position* in the forward index; its value, gradient and optimiser moments
/// lie at that position of their buffers. ``rebuild(mask:)`` changes the kept set and with it the
/// positions.
///
/// The shape and the capacity are fixed; rebuilding allocates nothing.
public final class SparseTopology: @unchecked Sendable {
  /// The size of the layer.
  public let shape: LayerShape

  /// Which inputs the backward pass gives a gradient for.
  public let gradientColumns: Range<Int>

  /// The most weights that can be kept.
  public let capacity: Int

  /// How many weights are kept.
  public private(set) var keptCount = 0

  /// By rows: what the forward pass and the sampled weight gradients walk.
  public let forward: SparseIndex

  /// By columns of `gradientColumns`: what the backward pass to the inputs walks.
  public let backward: SparseIndex

  /// For each entry of the backward index, the forward position of the same weight.
  public let backwardSource: AlignedBuffer<Int32>

  /// For each forward position, where the weight lies in the dense matrix: row × inputs + column.
  public let denseIndex: AlignedBuffer<Int32>

  /// For each weight of the dense matrix its forward position, or −1.
  public let position: AlignedBuffer<Int32>

  /// What rebuilding works in.
  private let scratch: AlignedBuffer<Int32>

  /// An empty topology.
  ///
  /// - Parameters:
  ///   - shape: The size of the layer.
  ///   - capacity: The most weights that can be kept.
  ///   - gradientColumns: Which inputs the backward pass gives a gradient for; all without.
  public init(shape: LayerShape, capacity: Int, gradientColumns: Range<Int>? = nil) {
    self.shape = shape
    self.capacity = capacity
    self.gradientColumns = gradientColumns ?? 0..<shape.inputs
    let backwardShape = LayerShape(outputs: self.gradientColumns.count, inputs: shape.outputs)
    forward = SparseIndex(shape: shape, capacity: capacity)
    backward = SparseIndex(shape: backwardShape, capacity: capacity)
    backwardSource = AlignedBuffer(count: capacity)
    denseIndex = AlignedBuffer(count: capacity)
    position = AlignedBuffer(count: shape.weightCount)
    scratch = AlignedBuffer(count: coppice_topology_scratch(shape.forKernels))
    position.fill(-1)
  }

  /// Keeps the weights whose byte in `mask` is not 0, and no others.
  ///
  /// - Parameter mask: `[O, I]`, row-major.
  /// - Precondition: At most `capacity` bytes are not 0.
  /// - Complexity: O(`O` `I`) for the mask, and a few nanoseconds for each kept weight.
  public func rebuild(mask: UnsafePointer<UInt8>) {
    let kept = coppice_count_kept(shape.weightCount, mask)
    precondition(
      kept <= capacity, "\(kept) kept weights in a topology with room for \(capacity)")
    let parts = coppice_topology(
      shape: shape.forKernels, first_column: gradientColumns.lowerBound,
      last_column: gradientColumns.upperBound, forward: forward.forKernels,
      backward: backward.forKernels, dense_index: denseIndex.pointer, position: position.pointer,
      backward_source: backwardSource.pointer, scratch: scratch.pointer)
    keptCount = withUnsafePointer(to: parts) { coppice_topology_build($0, mask) }
  }

  /// The kept weights as bytes, 1 where kept.
  public func mask() -> [UInt8] {
    (0..<shape.weightCount).map { position.pointer[$0] < 0 ? 0 : 1 }
  }
}
