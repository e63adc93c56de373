public import CoppiceGridWorld
public import CoppiceNetworks

/// The sizes of what the agents of a group see and do: agents of one shape can act by one network.
public struct AgentShape: Codable, Sendable, Equatable {
  /// What an agent sees.
  public var view: ImageShape
  /// How many numbers it is told besides.
  public var featureCount: Int
  /// How many actions it has.
  public var actionCount: Int

  /// Sizes from their parts.
  public init(view: ImageShape, featureCount: Int, actionCount: Int) {
    (self.view, self.featureCount, self.actionCount) = (view, featureCount, actionCount)
  }

  /// The sizes for a group of a world.
  public init(of group: Int, in world: GridWorld) {
    let view = world.viewShape(of: group)
    self.init(
      view: ImageShape(
        height: view.height, width: view.width, channels: view.channels, order: .channelsFirst),
      featureCount: world.featureCount(of: group), actionCount: world.groups[group].actions.count)
  }

  private enum CodingKeys: String, CodingKey {
    case view
    case featureCount = "feature_count"
    case actionCount = "action_count"
  }

  /// All numbers of an observation, the view first and the features behind it.
  public var inputCount: Int { view.count + featureCount }
}
