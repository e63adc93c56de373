public import CoppiceTensors

extension SparsityRequest {
  /// The sparsity, or nothing where none is asked for and an allocation tells every layer its own.
  ///
  /// - Parameters:
  ///   - name: The method.
  ///   - allocation: The allocation of its configuration.
  ///   - scope: Over what weights are ranked.
  /// - Returns: The fraction of zeros.
  /// - Throws: `UserError` of kind `configuration` when it is missing or out of range.
  public func sparsity(
    _ name: String, unless allocation: Allocation, scope: GradualPruning.Scope = .local
  ) throws(UserError) -> Double? {
    let decides = scope == .local && [.lambda, .given].contains(allocation.kind)
    return decides && sparsity == nil ? nil : try requiredSparsity(name)
  }

  /// Checks an allocation, and that nothing in it is passed over by the method or by what is asked.
  ///
  /// - Parameters:
  ///   - allocation: The allocation of a configuration.
  ///   - beginsSparse: Whether the first masks have zeros, so that first weights can fit them.
  ///   - scope: Over what weights are ranked; a ranking of all layers deals out the zeros itself.
  /// - Throws: `UserError` of kind `configuration` that names the first bad value.
  public func check(
    _ allocation: Allocation, beginsSparse: Bool = true, scope: GradualPruning.Scope = .local
  ) throws(UserError) {
    try allocation.validate()
    if allocation.kind == .given, scope == .local, let sparsity {
      throw UserError(
        .configuration, found: "\(sparsity * 100) % zeros, and allocation.kind = \"given\"",
        expected: "one of them", action: "leave out the fraction, or choose another kind")
    }
    if !beginsSparse, allocation.initialisation != .dense {
      throw UserError(
        .configuration,
        found: "allocation.initialisation = \"\(allocation.initialisation.rawValue)\"",
        expected: "\"dense\", for the network begins dense",
        action: "change sparsity_options.allocation")
    }
    guard scope == .global else { return }
    if [.given, .lambda].contains(allocation.kind) {
      throw UserError(
        .configuration, found: "allocation.kind = \"\(allocation.kind.rawValue)\"",
        expected: "another kind: a ranking of all layers together deals out the zeros",
        action: "leave the kind out, or choose a method or a scope that ranks layer by layer")
    }
    for (name, value) in allocation.layers.sorted(by: { $0.key < $1.key }) where value != 0 {
      throw UserError(
        .configuration, found: "allocation.layers.\"\(name)\" = \(value)",
        expected: "0, for a dense layer: a ranking of all layers together deals out the zeros",
        action: "change sparsity_options.allocation")
    }
  }
}
