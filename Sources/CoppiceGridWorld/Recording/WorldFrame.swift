/// A world between two steps, as it is drawn: who lives, where, and who struck whom on the way here.
///
/// The memory of agents and attacks is laid out for sending as it is: 12 bytes for an agent, 16 for an attack.
public struct WorldFrame: Sendable, Equatable {
  /// A living agent.
  public struct Agent: BitwiseCopyable, Sendable, Equatable {
    /// Its number, which it keeps for life.
    public var number: UInt32
    /// The upper left cell of its body.
    public var x: UInt16
    /// The same, from the top.
    public var y: UInt16
    /// Which group it is of.
    public var group: UInt8
    /// Where it faces; see ``Direction``.
    public var direction: UInt8
    /// Its health, in 255ths of what is full, rounded.
    public var health: UInt8
    /// Fills up the memory; always 0.
    private var padding: UInt8 = 0

    /// An agent from its parts.
    public init(
      number: UInt32, x: UInt16, y: UInt16, group: UInt8, direction: UInt8, health: UInt8
    ) {
      (self.number, self.x, self.y) = (number, x, y)
      (self.group, self.direction, self.health) = (group, direction, health)
    }
  }

  /// A blow that met somebody, in the step that led here.
  public struct Attack: BitwiseCopyable, Sendable, Equatable {
    /// The number of who struck; it may have died in the same step.
    public var number: UInt32
    /// The upper left cell of who struck.
    public var x: UInt16
    /// The same, from the top.
    public var y: UInt16
    /// The cell that was struck.
    public var targetX: UInt16
    /// The same, from the top.
    public var targetY: UInt16
    /// The group of who struck.
    public var group: UInt8
    /// 1 where the victim died of it, otherwise 0.
    public var isKill: UInt8
    /// Fills up the memory; always 0.
    private var padding: UInt16 = 0

    /// An attack from its parts.
    public init(
      number: UInt32, x: UInt16, y: UInt16, targetX: UInt16, targetY: UInt16, group: UInt8,
      isKill: UInt8
    ) {
      (self.number, self.x, self.y) = (number, x, y)
      (self.targetX, self.targetY) = (targetX, targetY)
      (self.group, self.isKill) = (group, isKill)
    }
  }

  /// Steps that the world has done.
  public var step = 0
  /// Who lives, by number.
  public var agents: [Agent] = []
  /// Who struck, by number; at most once each.
  public var attacks: [Attack] = []

  /// A frame with nobody in it.
  public init() {}
}
