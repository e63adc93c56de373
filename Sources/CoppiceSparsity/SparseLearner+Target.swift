import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors

extension SparseLearner {
  /// w′ ← w′ + τ (w − w′) for the share of `part`, where target and network have the same positions.
  func average(_ part: Part, _ target: MLP<Scalar>, rate: Scalar) {
    for index in network.layers.indices {
      let (layer, other) = (network.layers[index], target.layers[index])
      average(part, layer.parameters, other.parameters, layer.parameterCount, rate)
      average(part, layer.bias, other.bias, layer.bias.count, rate)
    }
  }

  private func average(
    _ part: Part, _ leader: AlignedBuffer<Scalar>, _ follower: AlignedBuffer<Scalar>,
    _ count: Int, _ rate: Scalar
  ) {
    let vectors = part.range(of: (count + 15) / 16)
    let first = min(count, vectors.lowerBound * 16)
    network.arithmetic.average(
      count: min(count, vectors.upperBound * 16) - first,
      parameters: UnsafePointer(leader.pointer + first), target: follower.pointer + first,
      rate: rate)
  }

  /// The dense average of a target with a choice of its own: active weights come from the kept ones.
  func averageOwnTarget(_ part: Part, _ rate: Scalar, _ target: MLP<Scalar>) {
    for index in network.layers.indices where index % part.count == part.index {
      let (online, follower) = (network.layers[index], target.layers[index])
      let place = views.firstIndex { $0.site.index == index }
      var weights = online.parameters
      if online.storage == .kept, let topology = online.topology, let place {
        weights = layers[place].weights
        network.arithmetic.scatter(
          topology, values: UnsafePointer(online.values.pointer), dense: weights.pointer)
      }
      network.arithmetic.average(
        count: online.shape.weightCount, parameters: UnsafePointer(weights.pointer),
        target: follower.parameters.pointer, rate: rate)
      network.arithmetic.average(
        count: online.bias.count, parameters: UnsafePointer(online.bias.pointer),
        target: follower.bias.pointer, rate: rate)
      if let place, rule?.targetTopology == .largest {
        keepLargest(of: follower, as: weights, targetViews[place])
      }
    }
  }

  /// Procedure B: the target keeps as many of its weights, the largest, as the network has that are
  /// not zero.
  private func keepLargest(
    of follower: Linear<Scalar>, as online: AlignedBuffer<Scalar>, _ view: LayerView<Scalar>
  ) {
    guard let topology = follower.topology else { return }
    let wanted = nonZeroCount(online)
    view.weights = follower.parameters
    let there = markNonZero(follower.parameters, in: view.mask)
    if there > wanted {
      // few are too many, and they are the weakest
      view.rank(.kept, by: .magnitude, key: key)
      LayerView.dropWeakest(there - wanted, of: [view])
      clear(follower.parameters, unless: view.mask)
    }
    guard !agree(view.mask, topology.keptMask) else { return }
    follower.rebuild(mask: UnsafePointer(view.mask.pointer))
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func nonZeroCount<Scalar: NetworkScalar>(_ numbers: AlignedBuffer<Scalar>) -> Int {
  var count: Int32 = 0
  for index in 0..<numbers.count { count &+= numbers.pointer[index] != 0 ? 1 : 0 }
  return Int(count)
}

/// Writes 1 where a number is not zero; returns how many there are.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func markNonZero<Scalar: NetworkScalar>(
  _ numbers: AlignedBuffer<Scalar>, in mask: AlignedBuffer<UInt8>
) -> Int {
  var count: Int32 = 0
  for index in 0..<numbers.count {
    let mark: UInt8 = numbers.pointer[index] != 0 ? 1 : 0
    mask.pointer[index] = mark
    count &+= Int32(mark)
  }
  return Int(count)
}

private func agree(_ first: AlignedBuffer<UInt8>, _ second: AlignedBuffer<UInt8>) -> Bool {
  var difference: UInt8 = 0
  for index in 0..<first.count { difference |= first.pointer[index] ^ second.pointer[index] }
  return difference == 0
}
