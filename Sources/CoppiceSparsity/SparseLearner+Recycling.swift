public import CoppiceNetworks
public import CoppiceRandom
import CoppiceTensors

extension SparseLearner where Network: LayerChain {
  /// Gives dormant units of a hidden layer a new beginning.
  ///
  /// Their kept incoming weights are drawn anew, their biases and their
  /// outgoing weights become zero, so that the outputs of the network hardly change, and the optimiser
  /// forgets all of these. The target follows as it follows everything.
  ///
  /// - Parameters:
  ///   - units: Which units.
  ///   - index: Of which layer, not the last one.
  ///   - key: The new weights.
  /// - Precondition: Nothing else runs on the learner.
  ///
  /// ## Source
  /// Sokar, Agarwal, Castro, Evci 2023, arXiv 2302.12902, algorithm 1.
  /// **Differences**: weights are uniform in ±1/√I, as those of a dense layer at its beginning, whatever
  /// an allocation says of initial weights, where the authors' code always takes Glorot's; moments of the bias are forgotten as well; the step count of Adam goes
  /// on. Of a sparse layer only kept weights begin anew: those that rest keep their values, with which
  /// the rule may let them return. A second, dense path begins anew as well.
  public func recycle(_ units: [Bool], ofLayer index: Int, key: RandomKey) {
    begin(units, index, of: network, optimiser, key)
    if paths.count > 1, let fullOptimiser { begin(units, index, of: paths[1], fullOptimiser, key) }
  }

  /// The same for one path; weights that it shares with another one are that one's business.
  private func begin(
    _ units: [Bool], _ index: Int, of path: Network, _ optimiser: any Optimiser<Scalar>,
    _ key: RandomKey
  ) {
    let (layer, next) = (path.layers[index], path.layers[index + 1])
    if layer.ownsWeights { draw(units, layer, optimiser.slots(ofLayer: index), key) }
    for unit in units.indices where units[unit] {
      layer.bias.pointer[unit] = 0
      for slot in optimiser.biasSlots(ofLayer: index) { slot.values.pointer[unit] = 0 }
    }
    let slots = optimiser.slots(ofLayer: index + 1)
    for position in 0..<next.parameterCount {
      guard let weight = next.weight(at: position), units[weight % next.shape.inputs] else {
        continue
      }
      next.parameters.pointer[position] = 0
      for slot in slots { slot.values.pointer[position] = 0 }
    }
    layer.refresh()
    next.refresh()
  }

  /// Draws the kept incoming weights of `units` anew.
  private func draw(
    _ units: [Bool], _ layer: Linear<Scalar>, _ slots: [OptimiserSlot<Scalar>], _ key: RandomKey
  ) {
    let inputs = layer.shape.inputs
    let bound = 1 / Double(max(inputs, 1)).squareRoot()
    var random = key.stream()
    // in the order of the matrix, so that the numbers do not depend on how the layer is stored
    let positions = layer.positionsByWeight()
    for weight in 0..<layer.shape.weightCount where units[weight / inputs] {
      let value = Scalar(random.nextUniform(-bound, bound))
      let position = positions.map { $0[weight] } ?? weight
      guard position >= 0 else { continue }
      layer.parameters.pointer[position] = value
      for slot in slots { slot.values.pointer[position] = 0 }
    }
  }
}

extension Linear {
  /// Which weight of the dense matrix the parameter at `position` is; nothing where it is none.
  fileprivate func weight(at position: Int) -> Int? {
    guard storage == .kept, let topology else { return position }
    let weight = Int(topology.denseIndex.pointer[position])
    return weight < 0 ? nil : weight
  }

  /// For each weight of the dense matrix the position of its parameter, −1 where it is not kept;
  /// nothing where every weight is a parameter that is kept.
  fileprivate func positionsByWeight() -> [Int]? {
    guard storage != .dense, let topology else { return nil }
    var positions = [Int](repeating: -1, count: shape.weightCount)
    if storage == .latent {
      for weight in positions.indices where topology.keptMask.pointer[weight] != 0 {
        positions[weight] = weight
      }
    } else {
      for position in 0..<topology.positionCount {
        if let weight = weight(at: position) { positions[weight] = position }
      }
    }
    return positions
  }
}
