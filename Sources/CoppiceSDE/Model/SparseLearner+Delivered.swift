import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors

// Learning by gradients that somebody else has summed: a solver, or a pass over sequences.

extension SparseLearner {
  /// Makes `network` sparse by `rule` and gives it an optimiser.
  ///
  /// - Throws: `UserError` of kind `configuration` for rules that want gradients of weights that are not
  ///   kept: a solver sums those of kept weights alone.
  convenience init(
    delivered network: Network, role: String, rule: (any TopologyRule)?, key: RandomKey,
    makeOptimiser: (Network) -> any Optimiser<Scalar>
  ) throws(UserError) {
    self.init(
      network: network, role: NetworkRole(role), rule: rule, withTarget: false, sampleCount: 1,
      key: key, makeOptimiser: makeOptimiser)
    let wantsMore = rule.map { $0.needsGradients && $0.gradientPolicy == .keptOnly } ?? false
    guard !wantsMore, paths.count == 1 else {
      throw UserError(
        .configuration, found: "a rule that ranks weights which are not kept by their gradients",
        expected: "a rule that looks at weights alone, such as static, set, gmp or N:M",
        action: "choose another sparsity for a model of paths")
    }
  }

  /// Moves the weights against their gradients, and lets the rule choose anew where it is due.
  func update(step number: Int, learningRate: Double) {
    begin(step: number, learningRate: learningRate, targetRate: nil)
    step(part: .whole)
    refresh(part: .whole)
    _ = reviseTopology(after: number)
  }
}
