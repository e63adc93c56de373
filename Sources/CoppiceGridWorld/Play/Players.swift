/// Whoever chooses what all agents of a world do.
public protocol Players {
  /// Tells every agent what to do in the next step, by ``GridWorld/setActions(_:of:)`` or
  /// ``GridWorld/actions(of:)``.
  func choose(in world: GridWorld)
}
