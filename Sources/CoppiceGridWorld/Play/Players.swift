/// Whoever chooses what all agents of a world do.
public protocol Players {
  /// Tells every agent what to do in the next step, by ``GridWorld/setActions(_:of:)`` or
  /// ``GridWorld/actions(of:)``.
  func choose(in world: GridWorld)
}

/// Players by a function of the world.
public struct ChosenBy: Players {
  private let function: (GridWorld) -> Void

  /// Players that do as `function` tells.
  public init(_ function: @escaping (GridWorld) -> Void) { self.function = function }

  /// Calls the function.
  public func choose(in world: GridWorld) { function(world) }
}
