/// How far an agent sees or strikes: a circle around it, or a sector ahead of it.
public struct Reach: Sendable, Equatable {
  /// In cells.
  public var radius: Double
  /// In degrees: 360 for a circle, below 180 for a sector.
  public var angle: Double

  /// A reach; a circle where no angle is given.
  public init(radius: Double, angle: Double = 360) {
    self.radius = radius
    self.angle = angle
  }

  /// Whether it is a sector.
  public var isSector: Bool { angle < 180 }
}
