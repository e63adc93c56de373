public import CoppiceTensors

/// The mean of a network's weights over some of its updates.
///
/// Every update counts the same. Weights that a sparse network does not keep count as 0.
///
/// - Complexity: one pass over the weights an update; allocates where layers are sparse.
///
/// ## Source
/// Izmailov, Podoprikhin, Garipov, Vetrov, Wilson 2018, "Averaging Weights Leads to Wider Optima and Better
/// Generalization"; for adversarial training, Yazıcı et al. 2019, "The unusual effectiveness of averaging in
/// GAN training".
public final class WeightAverage<Scalar: NetworkScalar> {
  private let network: MLP<Scalar>
  /// For each layer `[O, I]`.
  private let weights: [AlignedBuffer<Scalar>]
  private let biases: [AlignedBuffer<Scalar>]

  /// How many updates were counted.
  public private(set) var count = 0

  /// A mean of nothing yet.
  public init(of network: MLP<Scalar>) {
    self.network = network
    weights = network.layers.map { AlignedBuffer(count: $0.shape.weightCount) }
    biases = network.layers.map { AlignedBuffer(count: $0.bias.count) }
  }

  /// Counts the weights that the network has now.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func update() {
    count += 1
    let share = Scalar(1 / Double(count))
    for (index, layer) in network.layers.enumerated() {
      if layer.storage == .dense {
        follow(layer.parameters.pointer, weights[index], share)
      } else {
        let dense = AlignedBuffer(layer.denseWeights())
        // a pointer alone does not keep the numbers
        withExtendedLifetime(dense) { follow(dense.pointer, weights[index], share) }
      }
      follow(layer.bias.pointer, biases[index], share)
    }
  }

  private func follow(
    _ numbers: UnsafeMutablePointer<Scalar>, _ mean: AlignedBuffer<Scalar>, _ share: Scalar
  ) {
    network.arithmetic.average(
      count: mean.count, parameters: UnsafePointer(numbers), target: mean.pointer, rate: share)
  }

  /// Writes the mean weights into a dense network of the same sizes.
  ///
  /// - Precondition: Something was counted.
  public func write(to copy: MLP<Scalar>) {
    precondition(count > 0, "a mean of no weights")
    for (index, layer) in copy.layers.enumerated() {
      layer.parameters.copy(from: weights[index])
      layer.bias.copy(from: biases[index])
    }
    copy.refresh()
  }
}

extension WeightAverage: Checkpointable {
  /// Saves the means and how many they are of.
  public func save(into tensors: inout NamedTensors) {
    tensors.set("count", [UInt64(count)])
    for index in weights.indices {
      tensors.set("layer-\(index + 1).weight", weights[index])
      tensors.set("layer-\(index + 1).bias", biases[index])
    }
  }

  /// Restores them.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    count = Int(try tensors.get("count", as: UInt64.self).first ?? 0)
    for index in weights.indices {
      try tensors.get("layer-\(index + 1).weight", into: weights[index])
      try tensors.get("layer-\(index + 1).bias", into: biases[index])
    }
  }
}
