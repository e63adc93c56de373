public import CoppiceRandom
public import CoppiceTensors

/// Keeps a random set of weights that never changes: the control for every method that learns it.
///
/// Each layer keeps its fraction, rounded to whole weights, drawn without replacement. Where
/// neighbouring rows share their inputs, whole pieces of columns are drawn, one weight of each row of a
/// group: as many pieces in all as come closest to the fraction.
///
/// ## Randomness
/// The masks, from the key of the network.
public struct Static: SparsityMethod {
  /// Every switch of the method.
  public struct Configuration: Codable, Sendable, Equatable {
    /// How the zeros are dealt out to the layers.
    public var allocation = Allocation()

    /// The proportions of Erdős and Rényi, like the methods that this one is the control of.
    public init() {}
  }

  /// `static`.
  public static let name = "static"
  /// For the catalogue.
  public static let summary =
    "a random set of weights is kept from beginning to end; static@90%x4 lets 4 rows share the "
    + "choice, 90% and 90%x4 are short"
  /// `static@90%`.
  public static let example = "static@90%"
  /// The proportions of Erdős and Rényi.
  public static let defaults = Configuration()

  /// Every switch of the method.
  public let configuration: Configuration

  /// The fraction of weights that are zero, in [0, 1); nothing where the allocation says it.
  public let sparsity: Double?

  /// How many neighbouring output rows, counted from the first, keep the same inputs.
  public let sharedRows: Int

  /// The rule; see ``SparsityMethod``.
  public init(_ configuration: Configuration, for request: SparsityRequest) throws(UserError) {
    sparsity = try request.sparsity(Self.name, unless: configuration.allocation)
    try request.check(configuration.allocation)
    guard (1...64).contains(request.sharedRows) else {
      throw UserError(
        .configuration, found: "\(request.sharedRows) rows that share their inputs",
        expected: "from 1 to 64", action: "write for example static@90%x4")
    }
    sharedRows = request.sharedRows
    self.configuration = configuration
  }

  /// A random topology with `sparsity` zeros in every layer.
  ///
  /// - Parameters:
  ///   - sparsity: The fraction of zeros.
  ///   - sharedRows: How many neighbouring output rows share one random choice.
  /// - Throws: `UserError` of kind `configuration` unless 0 ≤ sparsity < 1 and 1 ≤ sharedRows ≤ 64.
  public init(sparsity: Double, sharedBy sharedRows: Int = 1) throws(UserError) {
    var configuration = Configuration()
    configuration.allocation.kind = .uniform
    try self.init(
      configuration, for: SparsityRequest(sparsity: sparsity, sharedRows: sharedRows))
  }

  /// Layers that the allocation names.
  public var namedLayers: [String] { configuration.allocation.namedLayers }

  /// The layers with zeros.
  public func covers(_ sites: [LayerSite]) -> [Bool] {
    configuration.allocation.covers(sites, sparsity: sparsity)
  }

  /// Never.
  public func isDue(after step: Int, role: NetworkRole) -> Bool { false }

  /// Draws the masks.
  public func start<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    for layer in layers {
      let fractions = configuration.allocation.sparsities(of: layer.network, sparsity: sparsity)
      var random = key.split(layer.site.index).stream()
      var row = 0
      for group in pieces(of: layer.shape, sparsity: fractions[layer.site.index]) {
        draw(group, firstRow: row, of: layer, &random)
        row += group.bands * group.rows
      }
    }
    configuration.allocation.initialisation.apply(to: layers, key: key)
  }

  /// Nothing to do.
  public func revise<Scalar: NetworkScalar>(
    _ layers: [LayerView<Scalar>], after step: Int, key: RandomKey
  ) {}

  /// Bands of rows of one height, and how many pieces of their columns are kept.
  private struct Group {
    var bands: Int
    var rows: Int
    var kept: Int
  }

  /// The bands of ``sharedRows`` rows, and the last one where it has fewer rows.
  private func pieces(of shape: LayerShape, sparsity: Double) -> [Group] {
    let (whole, rest) = shape.outputs.quotientAndRemainder(dividingBy: sharedRows)
    var groups: [Group] = []
    for (bands, rows) in [(whole, sharedRows), (1, rest)] where bands * rows > 0 {
      let kept = Int((Double(bands * shape.inputs) * (1 - sparsity)).rounded())
      groups.append(Group(bands: bands, rows: rows, kept: kept))
    }
    if groups.allSatisfy({ $0.kept == 0 }), !groups.isEmpty { groups[0].kept = 1 }
    return groups
  }

  private func draw<Scalar: NetworkScalar>(
    _ group: Group, firstRow: Int, of layer: LayerView<Scalar>, _ random: inout RandomStream
  ) {
    let inputs = layer.shape.inputs
    let mask = layer.mask.pointer + firstRow * inputs
    var wanted = group.kept
    // selection sampling: each piece is taken with the chance wanted / left
    for piece in 0..<(group.bands * inputs) {
      let taken = random.nextIndex(below: group.bands * inputs - piece) < wanted
      if taken { wanted -= 1 }
      let (band, column) = piece.quotientAndRemainder(dividingBy: inputs)
      for row in (band * group.rows)..<((band + 1) * group.rows) {
        mask[row * inputs + column] = taken ? 1 : 0
      }
    }
  }
}
