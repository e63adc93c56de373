import CoppiceNetworks
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The numbers of one sparse layer that follow its topology, and where they rest in between.
///
/// A revision spills everything from positions to dense side stores, rebuilds the index, and reloads
/// everything into the new positions. What is remembered of weights at rest has a store in each layer;
/// what is forgotten passes through stores that the layers of a network share.
final class SparseLayer<Scalar: NetworkScalar> {
  /// The layer that learns.
  let online: Linear<Scalar>

  /// `[O, I]`: weights at rest; those of kept weights are current only during a revision.
  let weights: AlignedBuffer<Scalar>

  private let follower: Linear<Scalar>?
  private let targetWeights: AlignedBuffer<Scalar>?
  private let slots: [(slot: OptimiserSlot<Scalar>, resting: AlignedBuffer<Scalar>)]
  private let rule: any TopologyRule
  /// Whether a target that chooses for itself averages the dense weights at every update.
  private let isReadBetweenRevisions: Bool

  /// A layer whose masks `rule` chooses.
  ///
  /// - Parameters:
  ///   - online: The layer that learns.
  ///   - target: The copy that follows.
  ///   - ownsTarget: Whether the copy has a topology of its own.
  ///   - slots: What the optimiser keeps for each weight.
  ///   - dense: The initial weights.
  ///   - rule: Which weights are kept.
  ///   - passages: For the target, and then for each slot, a store to pass through; as large as the
  ///     layer at least.
  init(
    online: Linear<Scalar>, target: Linear<Scalar>?, ownsTarget: Bool,
    slots: [OptimiserSlot<Scalar>], dense: AlignedBuffer<Scalar>, rule: any TopologyRule,
    passages: [AlignedBuffer<Scalar>]
  ) {
    self.online = online
    self.rule = rule
    follower = ownsTarget ? nil : target
    isReadBetweenRevisions = ownsTarget
    guard online.storage == .kept else {
      // a layer that stores all weights itself needs a place for those that are about to enter alone
      weights = AlignedBuffer(
        count: rule.gradientPolicy == .momentsOnly ? online.shape.weightCount : 0)
      targetWeights = nil
      self.slots = []
      return
    }
    weights = dense
    if follower == nil {
      targetWeights = nil
    } else if rule.inactiveWeights == .forgotten {
      targetWeights = passages[0]
    } else {
      let copy = AlignedBuffer<Scalar>(count: dense.count)
      copy.copy(from: dense)
      targetWeights = copy
    }
    self.slots = slots.enumerated().map { index, slot in
      rule.inactiveMoments == .forgotten
        ? (slot, passages[1 + index])
        : (slot, AlignedBuffer(count: online.shape.weightCount))
    }
    forgetResting()
  }

  /// Writes the current mask.
  func copyMask(into mask: AlignedBuffer<UInt8>) {
    guard let topology = online.topology else { return }
    mask.copy(from: topology.keptMask)
  }

  /// Brings weights to their dense side store, and whatever is remembered beside them.
  ///
  /// - Parameters:
  ///   - targetFactor: (1 − τ)ᵏ for the `k` target updates since the last revision.
  ///   - stepCount: The optimiser steps since the last revision.
  func spill(targetFactor: Scalar, stepCount: Int) {
    guard let topology = online.topology, online.storage == .kept else { return }
    if rule.inactiveWeights == .forgotten {
      weights.zero()
    } else if let follower, let targetWeights {
      catchUp(targetWeights, toward: weights, factor: targetFactor, topology.keptMask)
      scatter(topology, follower.values, to: targetWeights)
    }
    scatter(topology, online.values, to: weights)
    guard rule.inactiveMoments == .remembered else { return }
    for (slot, resting) in slots {
      scale(resting, by: Scalar(pow(Double(slot.decay), Double(stepCount))))
      scatter(topology, slot.values, to: resting)
    }
  }

  /// Brings what is forgotten of weights at rest to the stores that it passes through.
  private func spillForgotten(_ topology: SparseTopology) {
    if rule.inactiveWeights == .forgotten, let follower, let targetWeights {
      targetWeights.zero()
      scatter(topology, follower.values, to: targetWeights)
    }
    guard rule.inactiveMoments == .forgotten else { return }
    for (slot, passage) in slots {
      passage.zero()
      scatter(topology, slot.values, to: passage)
    }
  }

  private func scatter(
    _ topology: SparseTopology, _ values: AlignedBuffer<Scalar>, to dense: AlignedBuffer<Scalar>
  ) {
    online.arithmetic.scatter(
      topology, values: UnsafePointer(values.pointer), dense: dense.pointer)
  }

  /// Rebuilds the topology from `mask` and brings every number to its new position.
  ///
  /// - Returns: How many entries of the mask changed, those that began anew included.
  func reload(mask: AlignedBuffer<UInt8>) -> Int {
    guard let old = online.topology else { return 0 }
    let difference = MaskDifference(from: old.keptMask, to: mask)
    if online.storage == .kept {
      spillForgotten(old)
      if difference.beginsAnew { beginAnew(mask) }
    } else if difference.changedCount == 0 {
      return 0
    } else {
      enter(mask, old.keptMask)
    }
    online.rebuild(mask: UnsafePointer(mask.pointer))
    guard let topology = online.topology else { return difference.changedCount }
    follower?.adopt(topology)
    if online.storage == .kept { gather(topology) }
    online.refresh()
    follower?.refresh()
    return difference.changedCount
  }

  /// Brings every number from its side store to its position.
  private func gather(_ topology: SparseTopology) {
    let arithmetic = online.arithmetic
    arithmetic.gather(
      topology, dense: UnsafePointer(weights.pointer), values: online.values.pointer)
    if let follower, let targetWeights {
      arithmetic.gather(
        topology, dense: UnsafePointer(targetWeights.pointer), values: follower.values.pointer)
    }
    for (slot, resting) in slots {
      arithmetic.gather(
        topology, dense: UnsafePointer(resting.pointer), values: slot.values.pointer)
    }
    if isReadBetweenRevisions { forgetResting() }
  }

  /// Nothing is left of weights that are not kept, where they are to be forgotten.
  private func forgetResting() {
    guard rule.inactiveWeights == .forgotten, let topology = online.topology else { return }
    clear(weights, unless: topology.keptMask)
  }

  /// Zeros for the weights that begin anew, and for all that belongs to them.
  private func beginAnew(_ mask: AlignedBuffer<UInt8>) {
    clearFresh(weights, mask)
    if let targetWeights { clearFresh(targetWeights, mask) }
    for (_, resting) in slots { clearFresh(resting, mask) }
  }

  /// Gives latent weights that enter the value that was set aside for them, where there is one.
  private func enter(_ mask: AlignedBuffer<UInt8>, _ old: AlignedBuffer<UInt8>) {
    guard weights.count > 0 else { return }
    for weight in 0..<mask.count {
      let (mark, was) = (mask.pointer[weight], old.pointer[weight])
      if mark == 0 {
        online.parameters.pointer[weight] = 0
      } else if was == 0 {
        online.parameters.pointer[weight] = weights.pointer[weight]
      }
    }
  }

  /// w′ ← w + f (w′ − w) for the weights that rest.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func catchUp(
    _ follower: AlignedBuffer<Scalar>, toward leader: AlignedBuffer<Scalar>, factor: Scalar,
    _ mask: AlignedBuffer<UInt8>
  ) {
    for weight in 0..<follower.count where mask.pointer[weight] == 0 {
      let w = leader.pointer[weight]
      follower.pointer[weight] = w + factor * (follower.pointer[weight] - w)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func scale(_ buffer: AlignedBuffer<Scalar>, by factor: Scalar) {
    for element in 0..<buffer.count { buffer.pointer[element] *= factor }
  }

  func save(into tensors: inout NamedTensors, prefix: String) {
    guard online.storage == .kept else { return }
    let shape = [online.shape.outputs, online.shape.inputs]
    if rule.inactiveWeights == .remembered {
      tensors.set("\(prefix).resting", weights, shape: shape)
      if let targetWeights { tensors.set("\(prefix).resting-target", targetWeights, shape: shape) }
    }
    for (index, entry) in slots.enumerated() where rule.inactiveMoments == .remembered {
      tensors.set("\(prefix).resting-slot-\(index)", entry.resting, shape: shape)
    }
  }

  func restore(from tensors: NamedTensors, prefix: String) throws(UserError) {
    guard online.storage == .kept else { return }
    if rule.inactiveWeights == .forgotten { weights.zero() }
    if rule.inactiveWeights == .remembered {
      try tensors.get("\(prefix).resting", into: weights)
      if let targetWeights { try tensors.get("\(prefix).resting-target", into: targetWeights) }
    }
    for (index, entry) in slots.enumerated() where rule.inactiveMoments == .remembered {
      try tensors.get("\(prefix).resting-slot-\(index)", into: entry.resting)
    }
  }
}

/// Zeros where a mask says that a weight begins anew.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func clearFresh<Scalar: NetworkScalar>(
  _ numbers: AlignedBuffer<Scalar>, _ mask: AlignedBuffer<UInt8>
) {
  let (values, marks, fresh) = (numbers.pointer, mask.pointer, LayerView<Scalar>.fresh)
  for weight in 0..<mask.count where marks[weight] == fresh { values[weight] = 0 }
}
