import CCoppiceKernels

/// How the kept weights of a layer lie in memory, and the kernels that walk them there.
///
/// The numbers of a layer lie at *positions*: one for each kept weight, in an order of the format's
/// own; a format may have positions for weights that are not kept, which then hold zeros.
protocol SparseFormat: AnyObject, Sendable {
  /// The most positions.
  var positionCapacity: Int { get }

  /// How many positions are in use.
  var positionCount: Int { get }

  /// `[positions]`: where each weight lies in the dense matrix, row × inputs + column; −1 where the
  /// position holds no kept weight.
  var denseIndex: AlignedBuffer<Int32> { get }

  /// Numbers that ``derive(_:forwardOnly:values:derived:)`` fills.
  var derivedCapacity: Int { get }

  /// How many of them, the first ones, the forward pass reads.
  var forwardDerivedCapacity: Int { get }

  /// How many numbers of scratch the weight gradients want for the transposed inputs of a batch.
  func transposedCount(_ kernels: KernelTable, panelCount: Int) -> Int

  /// Transposes input panel `panel` into that scratch.
  func transpose(
    _ kernels: KernelTable, panel: Int, panelCount: Int, input: UnsafePointer<Float>,
    transposed: UnsafeMutablePointer<Float>)

  /// Keeps the weights whose byte in `mask` is 1, and no others.
  func rebuild(mask: UnsafePointer<UInt8>)

  /// Brings `derived` up to date after the values changed, or just what the forward pass reads.
  func derive(
    _ kernels: KernelTable, forwardOnly: Bool, values: UnsafePointer<Float>,
    derived: UnsafeMutablePointer<Float>)

  /// values[position] = dense[where it lies].
  func gather(
    _ kernels: KernelTable, dense: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>)

  /// dense[where it lies] = values[position]; weights that are not kept are left alone.
  func scatter(
    _ kernels: KernelTable, values: UnsafePointer<Float>, dense: UnsafeMutablePointer<Float>)

  /// y = a(W x + b) for one panel.
  func forward(
    _ kernels: KernelTable, weights: SparseWeights, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>)

  /// y = a(W x + b) for one sample.
  func forwardOne(
    _ kernels: KernelTable, values: UnsafePointer<Float>, bias: UnsafePointer<Float>, rectify: Bool,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>)

  /// The gradient columns of Wᵀ δ for one panel, zeroed where `gate` is not positive.
  func backwardData(
    _ kernels: KernelTable, weights: SparseWeights, outputGradient: UnsafePointer<Float>,
    gate: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>)

  /// The gradients of the positions, and ∂b, over all panels, for the share of `part`.
  func backwardWeights(_ kernels: KernelTable, part: Part, batch: SparseBatch)
}

/// All kernels of one instruction set.
typealias KernelTable = UnsafePointer<coppice_kernels>

/// The numbers of a sparse layer as its products read them.
struct SparseWeights {
  /// `[positions]`.
  var values: UnsafePointer<Float>
  /// What the format derived from them.
  var derived: UnsafePointer<Float>
}

/// What the weight gradients of a sparse layer are summed from, and where they go.
struct SparseBatch {
  var inputs: coppice_panels
  var outputGradients: coppice_panels
  /// The inputs, transposed, where the format wants them.
  var transposed: UnsafePointer<Float>?
  var valueGradient: UnsafeMutablePointer<Float>
  var biasGradient: UnsafeMutablePointer<Float>
}

extension SparseFormat {
  var derivedCapacity: Int { 0 }
  var forwardDerivedCapacity: Int { 0 }

  func transposedCount(_ kernels: KernelTable, panelCount: Int) -> Int { 0 }

  func transpose(
    _ kernels: KernelTable, panel: Int, panelCount: Int, input: UnsafePointer<Float>,
    transposed: UnsafeMutablePointer<Float>
  ) {}

  func derive(
    _ kernels: KernelTable, forwardOnly: Bool, values: UnsafePointer<Float>,
    derived: UnsafeMutablePointer<Float>
  ) {}

  func gather(
    _ kernels: KernelTable, dense: UnsafePointer<Float>, values: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.gather(positionCount, denseIndex.pointer, dense, values)
  }

  func scatter(
    _ kernels: KernelTable, values: UnsafePointer<Float>, dense: UnsafeMutablePointer<Float>
  ) {
    kernels.pointee.scatter(positionCount, denseIndex.pointer, values, dense)
  }
}
