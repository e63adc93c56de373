public import CoppiceSparsity
public import CoppiceTensors

extension RunConfiguration {
  /// The gradient steps of the whole run, which schedules are fractions of.
  public var gradientSteps: Int {
    max(1, Int(updateToData * Double(max(0, steps - warmUpSteps))))
  }

  /// The rule that the configuration asks for, and its settings, whole.
  ///
  /// - Parameter catalogue: The methods that can be named.
  /// - Returns: The rule with every setting that it was made with.
  /// - Throws: `UserError` of kind `configuration` when there is no such method, or when a setting does
  ///   not exist or makes no sense.
  public func sparsityChoice(
    from catalogue: SparsityCatalogue = .standard
  ) throws(UserError) -> SparsityChoice {
    var options = ConfiguredOptions(layers: [(.table(sparsityOptions), "sparsity_options")])
    if case .nOfM = sparsity.pattern {
      // the patterns N:M have a table of their own, which came first
      options.layers.insert((try StructuredValue(encoding: nOfM), "n_of_m"), at: 0)
    }
    return try catalogue.choice(for: sparsity, horizon: gradientSteps, options: options)
  }

  /// The configuration with every setting of its sparsity method, also those at their defaults.
  ///
  /// - Throws: `UserError` as ``sparsityChoice(from:)`` does.
  func spellingOutSparsity(_ catalogue: SparsityCatalogue) throws(UserError) -> RunConfiguration {
    var whole = self
    let options = try sparsityChoice(from: catalogue).options
    if case .nOfM = sparsity.pattern, let settings = options as? NOfM.Configuration {
      whole.nOfM = settings
      whole.sparsityOptions = [:]
      return whole
    }
    guard case .method = sparsity.pattern else { return self }
    if case .table(let values) = try StructuredValue(encoding: options) {
      whole.sparsityOptions = values
    }
    return whole
  }
}
