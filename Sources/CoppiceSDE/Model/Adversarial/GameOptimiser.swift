import CoppiceNetworks

/// What moves the weights of two networks that play against each other.
///
/// The gradients of a game do not vanish where it is even, so that a mean of the last of them, as Adam's first
/// moment is, drives the players past each other; neither has one.
public enum GameOptimiser: String, Codable, Sendable, CaseIterable {
  /// Adadelta. Its steps begin a thousandth of the learning rate long and grow with the root of their number, however
  /// long it goes on.
  case adadelta
  /// Adam with β₁ = 0 and β₂ = 0.99: steps about as long as the learning rate from the first to the last.
  case adam

  func make(for network: MLP<Float>, weightDecay: Double) -> any Optimiser<Float> {
    switch self {
    case .adadelta:
      var configuration = Adadelta<Float>.Configuration()
      configuration.weightDecay = weightDecay
      return Adadelta(network: network, configuration: configuration)
    case .adam:
      var configuration = Adam<Float>.Configuration()
      configuration.firstDecay = 0
      configuration.secondDecay = 0.99
      configuration.weightDecay = weightDecay
      return Adam(network: network, configuration: configuration)
    }
  }
}
