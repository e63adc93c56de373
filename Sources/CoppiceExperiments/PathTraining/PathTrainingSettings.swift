public import CoppiceSDE
public import CoppiceSparsity
public import CoppiceTensors

/// Everything that decides what the training of a model of paths does: the same settings and data give the same run,
/// bit for bit.
public struct PathTrainingSettings: Codable, Sendable, Equatable {
  /// A data set of `SeriesCatalogue`, or a CSV file as `PathSet` reads it.
  public var data = "ou-const"
  /// How many paths of a data set are drawn; 0 for as many as it usually has.
  ///
  /// Files have what they have.
  public var paths = 0
  /// What the columns of a file are beside the time, where it has no column `path`: `channels` of one path, or
  /// `paths`.
  public var columns = "channels"
  /// Times of a piece, where long paths are cut into pieces that count as paths; 0 for no cutting.
  public var piece = 0
  /// Which share of the values is taken away before training, in [0, 1).
  public var drop = 0.0
  /// Which share of the paths is held back for evaluations, between 0 and 1.
  public var testShare = 0.2
  /// By which values each channel is shifted and scaled.
  public var normalisation = Normalisation.everyTime
  /// The unit of time that the model sees.
  public var timeUnit = TimeNormalisation.Unit.spacing
  /// What learns: see `PathModelCatalogue`.
  public var model = "gan"
  /// The model's configuration, as far as it differs from its own.
  public var modelOptions: [String: StructuredValue] = [:]
  /// Which weights are kept.
  public var sparsity = SparsityExpression.dense
  /// Settings of the sparsity method that differ from its own.
  public var sparsityOptions: [String: StructuredValue] = [:]
  /// What everything random is from.
  public var seed: UInt64 = 0
  /// Updates in all; at least 1.
  public var steps = 10_000
  /// Threads that share the work, 1 to 256; results do not depend on them.
  public var threads = 2
  /// Updates between two lines of the log; at least 1.
  public var logEvery = 10
  /// Updates between two evaluations, the first of which is before anything is learned; 0 for none.
  public var evaluationEvery = 1000
  /// Sampled paths of an evaluation; at least 2.
  public var evaluationPaths = 1000
  /// Updates between two checkpoints; 0 for one at the end only.
  public var checkpointEvery = 500
  /// How many checkpoints stay; at least 1.
  public var keep = 2

  /// How values are shifted and scaled.
  public enum Normalisation: String, Codable, Sendable, CaseIterable {
    /// By those at the first time.
    case firstTime = "first-time"
    /// By all.
    case everyTime = "every-time"
    /// Not at all.
    case none
  }

  /// The defaults.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case data, paths, columns, piece, drop, normalisation, model, sparsity, seed, steps, threads,
      keep
    case testShare = "test_share"
    case timeUnit = "time_unit"
    case modelOptions = "model_options"
    case sparsityOptions = "sparsity_options"
    case logEvery = "log_every"
    case evaluationEvery = "evaluation_every"
    case evaluationPaths = "evaluation_paths"
    case checkpointEvery = "checkpoint_every"
  }

  /// Checks every number that can be checked without making anything.
  ///
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  public func validate() throws(UserError) {
    let ranges: [(name: String, value: Int, range: ClosedRange<Int>)] = [
      ("steps", steps, 1...1_000_000_000), ("threads", threads, 1...256),
      ("paths", paths, 0...100_000_000), ("piece", piece, 0...1_000_000),
      ("keep", keep, 1...1_000_000),
      ("log_every", logEvery, 1...1_000_000_000),
      ("evaluation_every", evaluationEvery, 0...1_000_000_000),
      ("evaluation_paths", evaluationPaths, 2...10_000_000),
      ("checkpoint_every", checkpointEvery, 0...1_000_000_000),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      throw UserError(
        .configuration, found: "\(name) = \(value)",
        expected: "\(range.lowerBound) to \(range.upperBound)", action: "change it")
    }
    // TOML has no larger whole numbers
    guard seed <= Int64.max else {
      throw UserError(
        .configuration, found: "seed = \(seed)", expected: "0 to \(Int64.max)",
        action: "change it")
    }
    guard drop >= 0, drop < 1 else {
      throw UserError(
        .configuration, found: "drop = \(drop)", expected: "from 0 to below 1",
        action: "change it")
    }
    guard PathSet.WideColumns(rawValue: columns) != nil else {
      throw UserError(
        .configuration, found: "columns = \"\(columns)\"",
        expected: PathSet.WideColumns.allCases.map(\.rawValue).joined(separator: " or "),
        action: "change it")
    }
  }

  /// The settings with the whole configuration of the model, also what is at its default.
  ///
  /// - Throws: `UserError` of kind `configuration` for a name that does not exist or makes no sense.
  func spelledOut() throws(UserError) -> PathTrainingSettings {
    var whole = self
    let entry = try PathModelCatalogue.standard.entry(model)
    let configuration = try entry.configuration(options)
    if case .table(let values) = try StructuredValue(encoding: configuration) {
      whole.modelOptions = values
    }
    return whole
  }

  /// Where the configuration of the model is from.
  var options: ConfiguredOptions {
    ConfiguredOptions(layers: [(.table(modelOptions), "model_options")])
  }

  /// The rule that decides which weights are kept; nothing for all.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is no such method or setting.
  func rule() throws(UserError) -> (any TopologyRule)? {
    let options = ConfiguredOptions(layers: [(.table(sparsityOptions), "sparsity_options")])
    return try SparsityCatalogue.standard.choice(
      for: sparsity, horizon: steps, options: options
    ).rule
  }
}
