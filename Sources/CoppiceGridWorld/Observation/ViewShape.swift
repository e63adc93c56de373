import CCoppiceKernels
import CoppiceTensors

/// The sizes of what an agent of a group sees.
public struct ViewShape: Sendable, Equatable {
  /// Rows, from far ahead to behind.
  public let height: Int
  /// Columns, from left to right.
  public let width: Int
  /// Walls; food, in a world with some; then for the agent's own group, and those that follow it in a circle: who is there, how healthy
  /// they are, and the small map where there is one.
  public let channels: Int

  /// Sizes from their parts.
  public init(height: Int, width: Int, channels: Int) {
    (self.height, self.width, self.channels) = (height, width, channels)
  }

  /// Numbers of a view.
  public var count: Int { height * width * channels }
}

/// Memory for the views of many agents.
struct ViewTarget {
  /// The first number of the first agent.
  var first: UnsafeMutablePointer<Float>
  /// How the numbers of views lie.
  var layout: coppice_view_layout
  /// From 64 agents to the next.
  var chunk: Int

  /// `[agents, height, width, channels]`.
  static func arrays(
    _ first: UnsafeMutablePointer<Float>, _ shape: ViewShape
  ) -> ViewTarget {
    ViewTarget(
      first: first,
      layout: coppice_view_layout(agent: shape.count, cell: shape.channels, channel: 1),
      chunk: shape.count * panelWidth)
  }

  /// `[channels, height, width]`, each agent in a lane of its panel.
  static func panels(_ panels: Panels<Float>, _ shape: ViewShape) -> ViewTarget {
    ViewTarget(
      first: panels.buffer.pointer,
      layout: coppice_view_layout(
        agent: 1, cell: panelWidth, channel: shape.height * shape.width * panelWidth),
      chunk: panels.stride)
  }
}
