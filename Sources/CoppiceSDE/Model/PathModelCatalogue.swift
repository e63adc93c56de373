public import CoppiceRandom
public import CoppiceSparsity
public import CoppiceTensors

/// The models of paths that can be named, one line each.
public struct PathModelCatalogue: Sendable {
  /// One model.
  public struct Entry: Sendable {
    /// The name in settings.
    public let name: String
    /// What it is, in a phrase.
    public let summary: String
    /// Its configuration where nothing else is said.
    public let defaults: any Encodable & Sendable

    private let make:
      @Sendable (PathSet, any PathModelOptions, (any TopologyRule)?, RandomKey, WorkerPool)
        throws(UserError) -> any PathModel
    private let resolve:
      @Sendable (any PathModelOptions) throws(UserError) -> any Encodable & Sendable

    /// A model that settings name.
    public init<Model: PathModel>(_ model: Model.Type) {
      (name, summary, defaults) = (Model.name, Model.summary, Model.defaults)
      make = { (data, options, rule, key, pool) throws(UserError) in
        try Model(
          data: data, configuration: try options.resolve(over: Model.defaults), rule: rule,
          key: key, pool: pool)
      }
      resolve = { (options) throws(UserError) in try options.resolve(over: Model.defaults) }
    }

    /// A model that knows nothing yet.
    ///
    /// - Parameters:
    ///   - data: Paths to learn from, near 1.
    ///   - options: Its configuration, as far as it is not the default.
    ///   - rule: Which weights are kept; all where nothing is given.
    ///   - key: Everything random.
    ///   - pool: Whose threads share the work.
    /// - Returns: The model.
    /// - Throws: `UserError` of kind `configuration` when a value makes no sense.
    public func model(
      data: PathSet, options: any PathModelOptions = DefaultOptions(),
      rule: (any TopologyRule)? = nil, key: RandomKey,
      pool: WorkerPool = WorkerPool(threadCount: 1)
    ) throws(UserError) -> any PathModel {
      try make(data, options, rule, key, pool)
    }

    /// The whole configuration, what is at its default too.
    ///
    /// - Throws: `UserError` of kind `configuration` for a name that does not exist, or another kind of value.
    public func configuration(
      _ options: any PathModelOptions
    ) throws(UserError) -> any Encodable & Sendable {
      try resolve(options)
    }
  }

  /// The models, in the order in which they are listed.
  public let entries: [Entry]

  /// A catalogue of these models.
  public init(entries: [Entry]) { self.entries = entries }

  /// The models that come with Coppice.
  public static let standard = PathModelCatalogue(entries: [
    Entry(PathGAN.self), Entry(LatentSDE.self),
  ])

  /// The model called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none, with the nearest match.
  public func entry(_ name: String) throws(UserError) -> Entry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let hint = nearestMatch(to: name, in: entries.map(\.name)).map { "did you mean \"\($0)\"?" }
    throw UserError(
      .configuration, found: "no model of paths called \"\(name)\"",
      expected: entries.count == 1
        ? entries[0].name : "one of \(entries.map(\.name).joined(separator: ", "))",
      action: hint ?? "see `coppice list models`")
  }
}

/// Where the configuration of a model is from.
public protocol PathModelOptions {
  /// The configuration, whole.
  ///
  /// - Parameter defaults: What is not set.
  /// - Returns: The defaults with what is set in their place.
  /// - Throws: `UserError` of kind `configuration` for a name that does not exist and for a value of
  ///   the wrong kind.
  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value
}

extension DefaultOptions: PathModelOptions {}
