public import CoppiceTensors

extension SparsityRequest {
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
    if allocation.kind == .given, let sparsity {
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
    for (name, value) in allocation.layers.sorted(by: { $0.key < $1.key }) where value != 0 {
      throw UserError(
        .configuration, found: "allocation.layers.\"\(name)\" = \(value)",
        expected: "0, for a dense layer: a ranking of all layers together deals out the zeros",
        action: "change sparsity_options.allocation")
    }
  }
}
