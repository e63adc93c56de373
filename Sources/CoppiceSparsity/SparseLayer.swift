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
/// everything into the new positions.
final class SparseLayer<Scalar: NetworkScalar> {
  /// The layer that learns.
  let online: Linear<Scalar>

  /// `[O, I]`: weights at rest; those of kept weights are current only during a revision.
  let weights: AlignedBuffer<Scalar>

  private let target: Linear<Scalar>?
  private let targetWeights: AlignedBuffer<Scalar>?
  private let slots: [(slot: OptimiserSlot<Scalar>, resting: AlignedBuffer<Scalar>)]
  private let rule: any TopologyRule

  /// A layer whose masks `rule` chooses.
  ///
  /// - Parameters:
  ///   - online: The layer that learns.
  ///   - target: The copy that shares the topology.
  ///   - slots: What the optimiser keeps for each weight.
  ///   - dense: The initial weights; nothing where the layer stores all weights itself.
  ///   - rule: Which weights are kept.
  init(
    online: Linear<Scalar>, target: Linear<Scalar>?, slots: [OptimiserSlot<Scalar>],
    dense: AlignedBuffer<Scalar>?, rule: any TopologyRule
  ) {
    self.online = online
    self.rule = rule
    weights = dense ?? AlignedBuffer(count: 0)
    self.target = dense == nil ? nil : target
    if let dense, target != nil {
      let copy = AlignedBuffer<Scalar>(count: dense.count)
      copy.copy(from: dense)
      targetWeights = copy
    } else {
      targetWeights = nil
    }
    self.slots = slots.map { ($0, AlignedBuffer(count: online.shape.weightCount)) }
  }

  /// Writes the current mask.
  func copyMask(into mask: AlignedBuffer<UInt8>) {
    guard let topology = online.topology else { return }
    mask.copy(from: topology.keptMask)
  }

  /// Brings every number to its dense side store.
  ///
  /// - Parameters:
  ///   - targetFactor: (1 − τ)ᵏ for the `k` target updates since the last revision.
  ///   - stepCount: The optimiser steps since the last revision.
  func spill(targetFactor: Scalar, stepCount: Int) {
    guard let topology = online.topology, online.storage == .kept else { return }
    let arithmetic = online.arithmetic
    if rule.inactiveWeights == .forgotten { weights.fill(0) }
    if let target, let targetWeights {
      if rule.inactiveWeights == .forgotten {
        targetWeights.fill(0)
      } else {
        catchUp(targetWeights, toward: weights, factor: targetFactor, topology.keptMask)
      }
      arithmetic.scatter(
        topology, values: UnsafePointer(target.values.pointer), dense: targetWeights.pointer)
    }
    arithmetic.scatter(
      topology, values: UnsafePointer(online.values.pointer), dense: weights.pointer)
    for (slot, resting) in slots {
      if rule.inactiveMoments == .forgotten {
        resting.fill(0)
      } else {
        let decay = Scalar(pow(Double(slot.decay), Double(stepCount)))
        scale(resting, by: decay)
      }
      arithmetic.scatter(
        topology, values: UnsafePointer(slot.values.pointer), dense: resting.pointer)
    }
  }

  /// Rebuilds the topology from `mask` and brings every number to its new position.
  ///
  /// - Returns: How many entries of the mask changed.
  func reload(mask: AlignedBuffer<UInt8>) -> Int {
    guard let topology = online.topology else { return 0 }
    var changed = 0
    for weight in 0..<mask.count
    where topology.keptMask.pointer[weight] != mask.pointer[weight] {
      changed += 1
    }
    topology.rebuild(mask: UnsafePointer(mask.pointer))
    if online.storage == .kept {
      let arithmetic = online.arithmetic
      arithmetic.gather(
        topology, dense: UnsafePointer(weights.pointer), values: online.values.pointer)
      if let target, let targetWeights {
        arithmetic.gather(
          topology, dense: UnsafePointer(targetWeights.pointer), values: target.values.pointer)
      }
      for (slot, resting) in slots {
        arithmetic.gather(
          topology, dense: UnsafePointer(resting.pointer), values: slot.values.pointer)
      }
    }
    online.refresh()
    target?.refresh()
    return changed
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
    if rule.inactiveWeights == .remembered {
      try tensors.get("\(prefix).resting", into: weights)
      if let targetWeights { try tensors.get("\(prefix).resting-target", into: targetWeights) }
    }
    for (index, entry) in slots.enumerated() where rule.inactiveMoments == .remembered {
      try tensors.get("\(prefix).resting-slot-\(index)", into: entry.resting)
    }
  }
}
