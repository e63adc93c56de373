import CoppiceNetworks
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension SparseLearner {
  /// w′ ← w′ + τ (w − w′) for the share of `part`, where target and network have the same positions.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  func average(_ part: Part, _ target: [Linear<Scalar>], rate: Scalar) {
    for index in network.layers.indices {
      let (layer, other) = (network.layers[index], target[index])
      average(part, layer.parameters, other.parameters, layer.parameterCount, rate)
      average(part, layer.bias, other.bias, layer.bias.count, rate)
    }
  }

  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
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
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  func averageOwnTarget(_ part: Part, _ rate: Scalar, _ target: Network) {
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
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  private func keepLargest(
    of follower: Linear<Scalar>, as online: AlignedBuffer<Scalar>, _ view: LayerView<Scalar>
  ) {
    guard let topology = follower.topology else { return }
    let count = online.count
    _ = network.arithmetic.keepLargest(
      network.arithmetic.nonZeroCount(count: count, values: UnsafePointer(online.pointer)),
      count: count, values: follower.parameters.pointer, mask: view.mask.pointer,
      scratch: view.candidates.ranks.pointer)
    guard memcmp(view.mask.pointer, topology.keptMask.pointer, count) != 0 else { return }
    follower.rebuild(mask: UnsafePointer(view.mask.pointer))
  }
}
