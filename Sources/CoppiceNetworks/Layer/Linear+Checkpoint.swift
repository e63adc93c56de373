import CoppiceRandom
public import CoppiceTensors

// In files the numbers of kept weights lie row by row, whatever the plan of the topology is: a
// checkpoint does not depend on which kernels were the fastest.

extension Linear {
  /// The layer that ``save(into:)`` saved, for evaluation.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when something is missing or does not fit.
  public convenience init(
    saved tensors: NamedTensors, arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) throws(UserError) {
    guard let shape = (tensors["mask"] ?? tensors["weight"])?.shape, shape.count == 2,
      shape.allSatisfy({ $0 > 0 })
    else {
      throw UserError(
        .checkpoint, found: "a layer without a weight or mask matrix",
        action: "use a checkpoint that was not altered")
    }
    self.init(
      shape: LayerShape(outputs: shape[0], inputs: shape[1]), gradientColumns: nil,
      key: RandomKey(seed: 0), arithmetic: arithmetic)
    if tensors["mask"] != nil {
      let mask: [UInt8] = try tensors.get("mask")
      guard mask.count == self.shape.weightCount else {
        throw UserError(
          .checkpoint, found: "a mask of \(mask.count) entries",
          expected: "\(self.shape.weightCount)", action: "use a checkpoint that was not altered")
      }
      sparsify(mask: mask, storage: tensors["weight"] == nil ? .kept : .latent)
    }
    try restore(from: tensors)
  }
}

extension Linear: Checkpointable {
  /// Saves weights, biases and mask.
  public func save(into tensors: inout NamedTensors) {
    if storage != .dense, let topology {
      tensors.set("mask", topology.keptMask, shape: [shape.outputs, shape.inputs])
      tensors.set("kept", keptRowByRow(dense(values), topology))
    }
    if storage != .kept, ownsWeights {
      tensors.set("weight", parameters.elements, shape: [shape.outputs, shape.inputs])
    }
    tensors.set("bias", bias)
  }

  /// Restores weights, biases and mask; the storage must be the saved one.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    if storage != .dense, let topology {
      let mask: [UInt8] = try tensors.get("mask")
      let kept = mask.count { $0 != 0 }
      let most = changesPlans ? shape.weightCount : topology.capacity
      guard mask.count == shape.weightCount, kept <= most else {
        throw UserError(
          .checkpoint, found: "a mask of \(mask.count) entries that keeps \(kept)",
          expected: "\(shape.weightCount) entries and at most \(most) kept",
          action: "use a checkpoint written with the same configuration")
      }
      let bytes = AlignedBuffer(mask)
      withExtendedLifetime(bytes) { rebuild(mask: UnsafePointer(bytes.pointer)) }
      try take(saved("kept", formerly: "values", of: tensors), to: values)
    }
    if storage != .kept, ownsWeights { try tensors.get("weight", into: parameters) }
    try tensors.get("bias", into: bias)
    refresh()
  }

  /// Saves what an optimiser keeps for each parameter.
  func save(
    _ numbers: AlignedBuffer<Scalar>, as name: String, into tensors: inout NamedTensors
  ) {
    if storage == .kept, let topology {
      tensors.set("\(name).kept", keptRowByRow(dense(numbers), topology))
    } else {
      tensors.set(name, numbers)
    }
  }

  /// Restores what ``save(_:as:into:)`` saved; the layer must be restored first.
  func restore(
    _ numbers: AlignedBuffer<Scalar>, from name: String, of tensors: NamedTensors
  ) throws(UserError) {
    if storage == .kept {
      try take(saved("\(name).kept", formerly: name, of: tensors), to: numbers)
    } else {
      try tensors.get(name, into: numbers)
    }
  }

  /// The numbers of kept weights row by row; those of the first format, which lay under the name
  /// `formerly` in the order of the rows' index, are brought into this order.
  private func saved(
    _ name: String, formerly: String, of tensors: NamedTensors
  ) throws(UserError) -> [Scalar] {
    guard let topology, tensors[name] == nil, tensors[formerly] != nil else {
      return try tensors.get(name)
    }
    let old: [Scalar] = try tensors.get(formerly)
    let order = SparseTopology(
      shape: shape, capacity: topology.keptCount, gradientColumns: 0..<0, plan: .rows)
    order.rebuild(mask: UnsafePointer(topology.keptMask.pointer))
    guard old.count == order.keptCount else { return old }
    var dense = [Scalar](repeating: 0, count: shape.weightCount)
    for (position, value) in old.enumerated() { dense[Int(order.denseIndex[position])] = value }
    return keptRowByRow(dense, topology)
  }

  /// The kept entries of a dense matrix, row by row.
  private func keptRowByRow(_ dense: [Scalar], _ topology: SparseTopology) -> [Scalar] {
    dense.indices.filter { topology.keptMask.pointer[$0] != 0 }.map { dense[$0] }
  }

  /// Brings the numbers of kept weights, row by row, to their positions.
  private func take(
    _ saved: [Scalar], to numbers: AlignedBuffer<Scalar>
  ) throws(UserError) {
    guard let topology, saved.count == topology.keptCount else {
      throw UserError(
        .checkpoint, found: "\(saved.count) numbers for \(keptCount) kept weights",
        action: "use a checkpoint that was not altered")
    }
    let dense = AlignedBuffer<Scalar>(count: shape.weightCount)
    var next = 0
    for weight in 0..<shape.weightCount where topology.keptMask.pointer[weight] != 0 {
      dense.pointer[weight] = saved[next]
      next += 1
    }
    arithmetic.gather(topology, dense: UnsafePointer(dense.pointer), values: numbers.pointer)
  }
}

extension SparseTopology {
  /// Keeps the weights whose byte in `mask` is not 0.
  func rebuild(mask: [UInt8]) {
    let bytes = AlignedBuffer(mask)
    withExtendedLifetime(bytes) { rebuild(mask: UnsafePointer(bytes.pointer)) }
  }
}
