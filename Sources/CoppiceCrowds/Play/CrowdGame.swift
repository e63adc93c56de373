public import CoppiceGridWorld
public import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

/// One game in a world, from its beginning to its end or to the last step, as policies and learners see it.
public final class CrowdGame {
  /// The world.
  public let world: GridWorld
  /// Steps after which the game is cut short.
  public let stepLimit: Int

  /// A new game.
  ///
  /// - Parameters:
  ///   - description: What the world is.
  ///   - stepLimit: Steps after which the game is cut short; at least 1.
  ///   - key: Everything random in the world.
  ///   - pool: Who shares the work.
  /// - Throws: `UserError` of kind `configuration` when the description makes no sense.
  public init(
    _ description: WorldDescription, stepLimit: Int, key: RandomKey, pool: WorkerPool
  ) throws(UserError) {
    world = try GridWorld(description, key: key, pool: pool)
    self.stepLimit = stepLimit
  }

  /// A game that goes on for as long as somebody steps `world`.
  public init(_ world: GridWorld) { (self.world, stepLimit) = (world, .max) }

  /// Whether a group is gone, a rule ended the game, or its steps are used up.
  public var isFinished: Bool { world.isOver || world.stepCount >= stepLimit }

  /// How many groups there are.
  public var groupCount: Int { world.groups.count }

  /// How many agents of a group are to act.
  public func agentCount(of group: Int) -> Int { world.groups[group].count }

  /// Where the actions of a group go, in the order of its agents.
  public func actions(of group: Int) -> UnsafeMutablePointer<Int16> {
    // the memory is the world's; a group has a place in it even when it is empty
    world.actions(of: group).baseAddress ?? Self.nowhere.pointer
  }

  private static let nowhere = AlignedBuffer<Int16>(count: 1)

  /// Writes what agents of a group see, the view first and their features behind it.
  public func observe(_ agents: Range<Int>, of group: Int, into panels: Panels<Float>) {
    world.writeViews(of: agents, in: group, to: panels)
    world.writeFeatures(
      of: agents, in: group, to: panels, from: world.viewShape(of: group).count)
  }

  /// The sizes of a network for the agents of a group.
  public static func shape(of group: Int, in world: GridWorld) -> DuelingShape {
    let view = world.viewShape(of: group)
    return DuelingShape(
      view: ImageShape(
        height: view.height, width: view.width, channels: view.channels, order: .channelsFirst),
      featureCount: world.featureCount(of: group), actionCount: world.groups[group].actions.count)
  }
}
