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

  /// The sparsity and its settings, as checkpoints have them: JSON, the same for the same method.
  ///
  /// - Precondition: Every setting is spelled out.
  func sparsityText() throws(UserError) -> [UInt8] {
    let settings =
      if case .nOfM = sparsity.pattern { try StructuredValue(encoding: nOfM) } else {
        StructuredValue.table(sparsityOptions)
      }
    return try JSONText.encode(
      StructuredValue.table(["sparsity": .string(sparsity.description), "settings": settings]))
  }

  /// Checks that a checkpoint is of a run with the same sparsity and the same settings of it.
  ///
  /// - Throws: `UserError` of kind `checkpoint` that says what either has.
  func refuse(otherSparsityOf checkpoint: NamedTensors) throws(UserError) {
    guard checkpoint["sparsity"] != nil else { return }
    let (saved, own) = (try checkpoint.get("sparsity", as: UInt8.self), try sparsityText())
    guard saved != own else { return }
    throw UserError(
      .checkpoint, found: "a checkpoint of \(String(decoding: saved, as: UTF8.self))",
      expected: "one of \(String(decoding: own, as: UTF8.self)), as run.toml says",
      action: "set it back in run.toml; to go on with another method, begin with `train --from`")
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
