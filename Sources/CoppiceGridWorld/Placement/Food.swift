/// Food that is no agent: cells with an amount, in the way of everybody until they are eaten.
public struct Food: Sendable, Equatable {
  /// How much lies in each cell.
  public var amount: Float
  /// Which cells, those that are taken left out.
  public var placements: [Placement]

  /// Food from its parts.
  public init(_ amount: Float, _ placements: [Placement]) {
    (self.amount, self.placements) = (amount, placements)
  }
}
