public import CoppiceNetworks
public import CoppiceTensors

/// How a network reads what an agent sees and is told: the choices that learners have in common.
///
/// ## Source
/// The sizes of MAgent's learners (Zheng et al. 2018, arXiv 1712.00600, and its published code).
public struct AgentEncoder: Codable, Sendable, Equatable {
  /// Channels of each convolution of 3 × 3 cells; without any, a dense layer reads the view.
  public var channels = [32, 32]
  /// Units of the dense layer behind the convolutions; at least 1.
  public var viewUnits = 256
  /// Units of the dense layer of the features; at least 1.
  public var featureUnits = 256
  /// Units of each dense layer behind both.
  public var hidden: [Int] = []

  /// The sizes that the source uses.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case channels, hidden
    case viewUnits = "view_units"
    case featureUnits = "feature_units"
  }

  /// Checks every size.
  ///
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  public func validate() throws(UserError) {
    for (name, sizes) in [
      ("channels", channels), ("view_units", [viewUnits]), ("feature_units", [featureUnits]),
      ("hidden", hidden),
    ] {
      if let size = sizes.first(where: { !(1...65_536).contains($0) }) {
        throw UserError(
          .configuration, found: "network.\(name) with \(size)", expected: "1 to 65536",
          action: "change it")
      }
    }
    guard channels.count <= 8, hidden.count <= 8 else {
      throw UserError(
        .configuration,
        found: "network with \(channels.count) convolutions and \(hidden.count) hidden layers",
        expected: "at most 8 of each", action: "leave some out")
    }
  }
}

extension DuelingShape {
  /// The sizes of a network for agents of `agents`.
  ///
  /// - Parameters:
  ///   - agents: What they see and do.
  ///   - encoder: How the network reads it.
  ///   - extraFeatures: How many numbers the learner itself adds behind the features.
  public init(_ agents: AgentShape, _ encoder: AgentEncoder, extraFeatures: Int = 0) {
    self.init(
      view: agents.view, featureCount: agents.featureCount + extraFeatures,
      actionCount: agents.actionCount)
    convolutions = encoder.channels.map { ConvolutionShape(size: 3, channels: $0) }
    (viewUnits, featureUnits) = (encoder.viewUnits, encoder.featureUnits)
    hidden = encoder.hidden
  }
}
