public import CoppiceTensors

/// One layer as a topology rule sees it.
///
/// A rule reads weights, and gradients where it asked for them, and overwrites the mask. The members
/// in `LayerView+Ranking.swift` rank weights and choose among them; nothing there allocates.
public final class LayerView<Scalar: NetworkScalar> {
  /// Which layer it is.
  public let site: LayerSite
  /// All layers of the network, also those that are dense.
  public let network: [LayerSite]
  /// `[O, I]`: the weights, with those that are not kept as they were last seen, or zero.
  public internal(set) var weights: AlignedBuffer<Scalar>
  /// `[O, I]`: ∂ loss / ∂ weights of the last batch, on the steps on which the rule wants it.
  public internal(set) var gradient: AlignedBuffer<Scalar>?
  /// `[O, I]`: 1 where kept, 0 elsewhere; the rule overwrites it, with ``fresh`` for weights that are
  /// kept and begin anew from zero, whatever they were before.
  public let mask: AlignedBuffer<UInt8>
  /// The operations of the network.
  public let arithmetic: Scalar.Arithmetic

  /// What ``rank(_:by:key:)`` ranked.
  let candidates: Candidates
  /// Room to count ranks in.
  let bins: AlignedBuffer<Int32>

  /// A layer by itself, to try a rule on.
  ///
  /// - Parameters:
  ///   - shape: The size of the layer.
  ///   - weights: `[O, I]`.
  ///   - mask: `[O, I]`: 1 where kept.
  ///   - gradient: `[O, I]`, where there is one.
  ///   - arithmetic: The operations of the network.
  /// - Precondition: All have as many numbers as the shape says.
  public convenience init(
    _ shape: LayerShape, weights: [Scalar], mask: [UInt8], gradient: [Scalar]? = nil,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    let site = LayerSite(role: NetworkRole("layer"), shape: shape, index: 0, layerCount: 1)
    self.init(
      site: site, network: [site], weights: AlignedBuffer(weights), arithmetic: arithmetic)
    precondition(
      [weights.count, mask.count, gradient?.count ?? weights.count].allSatisfy {
        $0 == shape.weightCount
      }, "a layer of \(shape.weightCount) weights has as many numbers")
    self.mask.copy(from: AlignedBuffer(mask))
    self.gradient = gradient.map { AlignedBuffer($0) }
  }

  init(
    site: LayerSite, network: [LayerSite], weights: AlignedBuffer<Scalar>,
    arithmetic: Scalar.Arithmetic
  ) {
    self.site = site
    self.network = network
    self.weights = weights
    self.arithmetic = arithmetic
    mask = AlignedBuffer(count: site.shape.weightCount)
    candidates = Candidates(capacity: site.shape.weightCount)
    bins = AlignedBuffer(count: Ranking.binCount)
  }

  /// The size of the layer.
  public var shape: LayerShape { site.shape }

  /// In a mask: kept, and begun anew from zero.
  public static var fresh: UInt8 { 2 }

  /// How many weights the mask keeps.
  public var keptCount: Int {
    SparseTopology.keptCount(mask.count, mask: UnsafePointer(mask.pointer))
  }
}
