public import CoppiceNetworks

/// What gradients reach the weights that are not kept, and with it what a layer has to store.
public enum GradientPolicy: Sendable, Equatable {
  /// None. Only kept weights are stored, which is the fastest.
  case keptOnly
  /// The gradient of the weight as if it were kept, plus `decay` times the weight.
  ///
  /// 0 is the straight-through estimator; more is its refinement by Zhou et al. 2021, SR-STE.
  case straightThrough(decay: Double)
  /// The same gradient, for the optimiser's moments alone: after every step weights that are not kept
  /// become zero, and one that enters begins at the update it would have got.
  case momentsOnly
  /// The gradient of a second path through the network in which every weight takes part (DCIL).
  case collaborative(Collaboration)

  /// How layers are stored.
  public var storage: WeightStorage { self == .keptOnly ? .kept : .latent }
}

/// How the two paths of a collaborative gradient learn from each other.
///
/// Besides the loss of the task each path is drawn to the output of the other one, which counts as a
/// constant: for class scores by distillation, for other outputs by their squared difference.
public struct Collaboration: Sendable, Equatable {
  /// What the term is multiplied by; 0 for none.
  public var weight: Double
  /// T of the distillation of class scores.
  public var temperature: Double
  /// The gradient step from which on the term counts.
  public var firstStep: Int

  /// A collaboration from its parts.
  public init(weight: Double = 1, temperature: Double = 2, firstStep: Int = 0) {
    self.weight = weight
    self.temperature = temperature
    self.firstStep = firstStep
  }
}
