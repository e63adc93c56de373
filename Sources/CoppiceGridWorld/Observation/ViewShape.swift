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

/// How the numbers of a view lie in memory, each so many numbers behind the one before it.
struct ViewLayout {
  /// From a cell to the next, row by row.
  var cell: Int
  var channel: Int

  /// `[height, width, channels]`.
  static func array(_ shape: ViewShape) -> ViewLayout {
    ViewLayout(cell: shape.channels, channel: 1)
  }

  /// `[channels, height, width]`, one lane of a panel.
  static func lane(_ shape: ViewShape, width: Int) -> ViewLayout {
    ViewLayout(cell: width, channel: shape.height * shape.width * width)
  }
}

/// Memory for the views of many agents.
struct ViewTarget {
  /// The first number of the first agent.
  var first: UnsafeMutablePointer<Float>
  /// How the numbers of a view lie.
  var layout: ViewLayout
  /// From an agent to the next.
  var agent: Int
  /// From 64 agents to the next.
  var chunk: Int
}

/// Agents whose views are to be written, and where to.
struct ViewRequest {
  var slots: Range<Int>
  var group: Int
  var target: ViewTarget
}
