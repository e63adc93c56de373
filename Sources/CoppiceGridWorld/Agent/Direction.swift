/// Where an agent faces; without turns every agent faces north.
public enum Direction: UInt8, Sendable, CaseIterable {
  /// Towards larger x.
  case east
  /// Towards larger y.
  case south
  /// Towards smaller x.
  case west
  /// Towards smaller y.
  case north

  /// An offset as the agent sees it, ahead being smaller y, as an offset on the map.
  @inlinable
  public func rotated(_ x: Int, _ y: Int) -> (x: Int, y: Int) {
    switch self {
    case .north: (x, y)
    case .south: (-x, -y)
    case .west: (y, -x)
    case .east: (-y, x)
    }
  }

  /// A quarter turn clockwise, or the other way.
  @inlinable
  public func turned(clockwise: Bool) -> Direction {
    Direction(rawValue: (rawValue &+ (clockwise ? 1 : 3)) & 3) ?? self
  }
}
