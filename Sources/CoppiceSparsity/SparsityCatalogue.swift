public import CoppiceTensors

/// The sparsity methods that can be named, one line each.
public struct SparsityCatalogue: Sendable {
  /// One method.
  public struct Entry: Sendable {
    /// The name that stands before `@`, or how patterns are written.
    public let name: String
    /// An expression to try.
    public let example: String
    /// What the method does, in a phrase.
    public let summary: String
    /// The settings of the method, at their defaults.
    public let defaults: any Encodable & Sendable

    /// The rule of an expression, where it is this method's: with its settings, whole.
    typealias Make =
      @Sendable (SparsityExpression, Int, any SparsityOptions) throws(UserError) -> SparsityChoice?

    let make: Make

    /// A method that expressions name.
    public init<Method: SparsityMethod>(_ method: Method.Type) {
      name = Method.name
      example = Method.example
      summary = Method.summary
      defaults = Method.defaults
      make = { (expression, horizon, options) throws(UserError) in
        guard case .method(Method.name, let sparsity, let rows) = expression.pattern else {
          return nil
        }
        let configuration = try options.resolve(over: Method.defaults)
        let request = SparsityRequest(sparsity: sparsity, sharedRows: rows, horizon: horizon)
        return SparsityChoice(
          rule: try Method(configuration, for: request), options: configuration)
      }
    }

    private init(
      name: String, example: String, summary: String, defaults: any Encodable & Sendable,
      make: @escaping Make
    ) {
      self.name = name
      self.example = example
      self.summary = summary
      self.defaults = defaults
      self.make = make
    }

    /// The null member.
    static let dense = Entry(
      name: "dense", example: "dense", summary: "every weight is kept", defaults: NoOptions()
    ) { (expression, _, _) throws(UserError) in
      // settings of other methods may stand in a recipe whose baseline is dense
      guard expression.pattern == .dense else { return nil }
      return SparsityChoice(rule: nil, options: NoOptions())
    }

    /// The patterns N:M.
    static let nOfM = Entry(
      name: NOfM.name, example: NOfM.example, summary: NOfM.summary, defaults: NOfM.defaults
    ) {
      (expression, _, options) throws(UserError) in
      guard case .nOfM(let kept, let group, let rows) = expression.pattern else { return nil }
      let configuration = try options.resolve(over: NOfM.defaults)
      return SparsityChoice(
        rule: try NOfM(keep: kept, of: group, sharedBy: rows, configuration),
        options: configuration)
    }
  }

  /// The methods, in the order in which they are listed.
  public let entries: [Entry]

  /// The methods that come with Coppice.
  public static let standard = SparsityCatalogue(entries: [
    .dense,
    .nOfM,
    Entry(Static.self),
    Entry(SET.self),
    Entry(DynamicSparse.self),
    Entry(RigL.self),
    Entry(GradualPruning.self),
    Entry(OneShotPruning.self),
    Entry(DynamicPruning.self),
    Entry(DCIL.self),
  ])

  /// These methods and one more, which comes first where names agree.
  public func adding(_ entry: Entry) -> SparsityCatalogue {
    SparsityCatalogue(entries: [entry] + entries)
  }

  /// The names that may stand before `@`.
  public var methods: [String] {
    entries.map(\.name).filter { $0 != Entry.dense.name && $0 != Entry.nOfM.name }
  }

  /// The rule that `expression` means, with its settings.
  ///
  /// - Parameters:
  ///   - expression: Which weights are kept.
  ///   - horizon: The gradient steps of the whole training.
  ///   - options: The settings of the method; its own where nothing is given.
  /// - Returns: The rule, or nothing in it for dense networks.
  /// - Throws: `UserError` of kind `configuration` when no method has that name, or when a setting
  ///   makes no sense.
  public func choice(
    for expression: SparsityExpression, horizon: Int = 1_000_000,
    options: any SparsityOptions = DefaultOptions()
  ) throws(UserError) -> SparsityChoice {
    for entry in entries {
      if let choice = try entry.make(expression, horizon, options) { return choice }
    }
    var hint: String?
    if case .method(let name, _, _) = expression.pattern {
      hint = nearestMatch(to: name, in: [Entry.dense.name] + methods).map {
        "did you mean \"\($0)\"?"
      }
    }
    throw UserError(
      .configuration, found: "sparsity \"\(expression)\"",
      expected: "one of \(entries.map(\.example).joined(separator: ", "))",
      action: hint ?? "see `coppice list sparsity`")
  }
}

/// A rule and the settings that it was made with.
public struct SparsityChoice: Sendable {
  /// The rule; nothing for dense networks.
  public let rule: (any TopologyRule)?
  /// Every setting, also those at their defaults.
  public let options: any Encodable & Sendable
}

/// Settings of a sparsity method, from wherever they come.
public protocol SparsityOptions: Sendable {
  /// The settings, whole.
  ///
  /// - Parameter defaults: What is not set.
  /// - Returns: The defaults with what is set in their place.
  /// - Throws: `UserError` of kind `configuration` for a name that does not exist and for a value of
  ///   the wrong kind.
  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value
}

/// No settings: every method's own.
public struct DefaultOptions: SparsityOptions {
  /// No settings.
  public init() {}

  /// The defaults.
  public func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value { defaults }
}

/// What dense networks can be told: nothing.
private struct NoOptions: Codable {}
