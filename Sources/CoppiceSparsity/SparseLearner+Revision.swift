import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension SparseLearner {
  /// Lets the rule choose anew where it is due after gradient step `step`.
  ///
  /// - Returns: How many mask entries changed in each sparse layer; nothing where it was not due.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  public func reviseTopology(after step: Int) -> TopologyChange? {
    guard step == currentStep ? isDue : isDue(after: step), let rule else { return nil }
    let resting = Scalar(pow(1 - Double(rate), Double(averagedSinceRevision)))
    for index in layers.indices {
      let (layer, view) = (layers[index], views[index])
      layer.spill(targetFactor: resting, stepCount: steppedSinceRevision)
      view.weights = layer.online.storage == .latent ? layer.online.parameters : layer.weights
      view.gradient = gradient(of: layer.online, view)
      layer.copyMask(into: view.mask)
    }
    let key = key.split(step)
    rule.revise(views, after: step, key: key)
    for index in layers.indices { changed[index] = layers[index].reload(mask: views[index].mask) }
    if rule.targetTopology == .own, let target {
      for view in targetViews {
        view.weights = target.layers[view.site.index].parameters
        view.gradient = nil
      }
      rule.revise(targetViews, after: step, key: key)
      for view in targetViews {
        let layer = target.layers[view.site.index]
        layer.rebuild(mask: UnsafePointer(view.mask.pointer))
        layer.refresh()
      }
    }
    averagedSinceRevision = 0
    steppedSinceRevision = 0
    return TopologyChange(changedEntries: changed, maskableWeights: maskableWeights)
  }

  /// Whether the rule chooses anew after gradient step `step`.
  func isDue(after step: Int) -> Bool {
    !views.isEmpty && rule?.isDue(after: step, role: role) == true
  }

  /// The gradients of every weight of a layer, where they are known.
  private func gradient(
    of layer: Linear<Scalar>, _ view: LayerView<Scalar>
  ) -> AlignedBuffer<Scalar>? {
    if layer.storage == .latent { return layer.parameterGradient }
    return wantsEveryGradient ? everyGradient?.weights[view.site.index] : nil
  }
}

/// What a revision of a network's topology changed.
public struct TopologyChange: Sendable, Equatable {
  /// For each sparse layer the number of mask entries that differ: its sparse architecture divergence.
  public var changedEntries: [Int]
  /// How many weights could be masked.
  public var maskableWeights: Int

  /// Changed entries over maskable weights.
  public var divergence: Double {
    Double(changedEntries.reduce(0, +)) / Double(max(1, maskableWeights))
  }
}
