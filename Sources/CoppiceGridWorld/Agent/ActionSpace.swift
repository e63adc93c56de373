/// The actions of a type, by number: moves, then turns where there are any, then attacks, each in the order of
/// its cells.
///
/// To stay is the middle move, not number 0.
public struct ActionSpace: Sendable, Equatable {
  /// Where moves lead.
  public let moves: [CellRange.Offset]
  /// Clockwise and counter-clockwise, or none.
  public let turnCount: Int
  /// What attacks strike, relative to the body's first cell.
  public let attacks: [CellRange.Offset]

  /// What an agent of `type` can do.
  ///
  /// - Parameters:
  ///   - type: What it is.
  ///   - turns: Whether agents turn in this world.
  public init(_ type: AgentType, turns: Bool) {
    moves = type.moveRange.offsets
    turnCount = turns ? 2 : 0
    let middle = CellRange.Offset(type.width / 2, type.length / 2)
    attacks = type.attackRange.offsets.map {
      CellRange.Offset($0.x + middle.x, $0.y + middle.y)
    }
  }

  /// How many there are.
  public var count: Int { moves.count + turnCount + attacks.count }

  /// The number of the first turn; those before it are moves.
  public var firstTurn: Int { moves.count }

  /// The number of the first attack.
  public var firstAttack: Int { moves.count + turnCount }

  /// The number of staying where one is.
  public var stay: Int { moves.count / 2 }
}
