public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

/// Keeps a random set of weights that never changes: the control for every method that learns it.
///
/// Each layer keeps the same fraction, rounded to whole weights, drawn without replacement. Where
/// neighbouring rows share their inputs, whole pieces of columns are drawn, one weight of each row of a
/// group: as many pieces in all as come closest to the fraction.
///
/// ## Randomness
/// The masks, from the key of the network.
public struct Static: TopologyRule {
  /// The fraction of weights that are zero, in [0, 1).
  public let sparsity: Double

  /// How many neighbouring output rows, counted from the first, keep the same inputs.
  public let sharedRows: Int

  /// A random topology with `sparsity` zeros in every layer.
  ///
  /// - Parameters:
  ///   - sparsity: The fraction of zeros.
  ///   - sharedRows: How many neighbouring output rows share one random choice.
  /// - Throws: `UserError` of kind `configuration` unless 0 ≤ sparsity < 1 and 1 ≤ sharedRows ≤ 64.
  public init(sparsity: Double, sharedBy sharedRows: Int = 1) throws(UserError) {
    guard sparsity >= 0, sparsity < 1 else {
      throw UserError(
        .configuration, found: "a sparsity of \(sparsity * 100) %",
        expected: "at least 0 % and less than 100 %", action: "write for example static@90%")
    }
    guard (1...64).contains(sharedRows) else {
      throw UserError(
        .configuration, found: "\(sharedRows) rows that share their inputs",
        expected: "from 1 to 64", action: "write for example static@90%x4")
    }
    self.sparsity = sparsity
    self.sharedRows = sharedRows
  }

  /// Kept weights alone.
  public var storage: WeightStorage { .kept }

  /// There is nothing to remember: no weight ever returns.
  public var inactiveWeights: InactiveWeights { .forgotten }

  /// There is nothing to remember: no weight ever returns.
  public var inactiveMoments: InactiveWeights { .forgotten }

  /// Targets share the masks of the networks that they follow.
  public var targetTopology: TargetTopology { .shared }

  /// Weights that are not kept do not exist.
  public var inactiveDecay: Double { 0 }

  /// Never.
  public func isDue(after step: Int, role: NetworkRole) -> Bool { false }

  /// The kept fraction of the layer, at least one piece of a column.
  public func capacity(of shape: LayerShape, at place: LayerPlace) -> Int? {
    pieces(of: shape).reduce(0) { $0 + $1.kept * $1.rows }
  }

  /// Draws the masks; called once.
  public func select<Scalar: NetworkScalar>(_ layers: [LayerView<Scalar>], key: RandomKey) {
    for layer in layers {
      var random = key.split(layer.index).stream()
      var row = 0
      for group in pieces(of: layer.shape) {
        draw(group, firstRow: row, of: layer, &random)
        row += group.bands * group.rows
      }
    }
  }

  /// Bands of rows of one height, and how many pieces of their columns are kept.
  private struct Group {
    var bands: Int
    var rows: Int
    var kept: Int
  }

  /// The bands of ``sharedRows`` rows, and the last one where it has fewer rows.
  private func pieces(of shape: LayerShape) -> [Group] {
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
