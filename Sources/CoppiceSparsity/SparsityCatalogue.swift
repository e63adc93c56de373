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

    let make:
      @Sendable (SparsityExpression, NOfM.Configuration) throws(UserError) -> (any TopologyRule)??
  }

  /// The methods, in the order in which they are listed.
  public let entries: [Entry]

  /// The methods that come with Coppice.
  public static let standard = SparsityCatalogue(entries: [
    Entry(name: "dense", example: "dense", summary: "every weight is kept") {
      (expression, _) throws(UserError) in
      expression.pattern == .dense ? .some(nil) : nil
    },
    Entry(
      name: "N:M", example: "2:4",
      summary:
        "N of every M neighbouring weights of a row are kept; 2:4x4 lets 4 rows share the choice"
    ) { (expression, configuration) throws(UserError) in
      guard case .nOfM(let kept, let group, let rows) = expression.pattern else { return nil }
      return .some(try NOfM(keep: kept, of: group, sharedBy: rows, configuration))
    },
    Entry(
      name: "static", example: "static@90%",
      summary:
        "a random set of weights is kept from beginning to end; static@90%x4 lets 4 rows share the "
        + "choice, 90% and 90%x4 are short"
    ) { (expression, _) throws(UserError) in
      guard case .method("static", let sparsity, let rows) = expression.pattern else { return nil }
      return .some(try Static(sparsity: sparsity, sharedBy: rows))
    },
  ])

  /// The names that may stand before `@`.
  public var methods: [String] {
    entries.filter { $0.example.contains("@") }.map(\.name)
  }

  /// The rule that `expression` means; nothing for dense networks.
  ///
  /// - Throws: `UserError` of kind `configuration` when no method has that name.
  public func rule(
    for expression: SparsityExpression, nOfM: NOfM.Configuration = NOfM.Configuration()
  ) throws(UserError) -> (any TopologyRule)? {
    for entry in entries {
      if let rule = try entry.make(expression, nOfM) { return rule }
    }
    var hint: String?
    if case .method(let name, _, _) = expression.pattern {
      hint = nearestMatch(to: name, in: methods).map { "did you mean \"\($0)\"?" }
    }
    throw UserError(
      .configuration, found: "sparsity \"\(expression)\"",
      expected: "one of \(entries.map(\.example).joined(separator: ", "))",
      action: hint ?? "see `coppice list sparsity`")
  }
}
