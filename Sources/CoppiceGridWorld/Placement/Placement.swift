/// Where agents, walls or food begin.
///
/// ## As a table
/// ```toml
/// [{ anywhere = 50 }, { at = [[3, 4], [5, 6, "east"]] }]
/// [{ filling = { x = 2, y = 2, width = 4, height = 3, facing = "south" } }]
/// ```
public enum Placement: Sendable, Equatable {
  /// An upper left cell, and where the agent faces.
  public struct Place: Sendable, Equatable {
    /// From the left.
    public var x: Int
    /// From the top.
    public var y: Int
    /// Where it faces; north in a world without turns, whatever stands here.
    public var direction = Direction.north

    /// A place.
    public init(_ x: Int, _ y: Int, _ direction: Direction = .north) {
      (self.x, self.y, self.direction) = (x, y, direction)
    }
  }

  /// So many, anywhere that is free.
  case anywhere(Int)
  /// At these places, those that are taken left out.
  case at([Place])
  /// Side by side in a rectangle, those places that are taken left out.
  case filling(x: Int, y: Int, width: Int, height: Int, direction: Direction = .north)
}
