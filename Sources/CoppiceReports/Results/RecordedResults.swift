public import CoppiceTensors

/// Evaluations of several runs, as a file in `Results/` holds them.
///
/// Lines that begin with `#` say how the file was made. The first other line names the columns; of
/// these `environment`, `algorithm`, `sparsity`, `seed`, `environment_step` and `mean_return` count, and
/// `episodes`, `standard_deviation` and `elapsed_seconds` where they are there.
public struct RecordedResults: Sendable, Equatable {
  /// One evaluation of one run.
  public struct Evaluation: Sendable, Equatable {
    /// The world.
    public var environment: String
    /// What learned.
    public var algorithm: String
    /// Which weights were kept.
    public var sparsity: String
    /// The seed of the run.
    public var seed: Int
    /// The environment step of the evaluation.
    public var step: Int
    /// The mean return over its episodes.
    public var meanReturn: Double
    /// How many episodes, where the file says so.
    public var episodeCount: Int?
    /// The deviation over them, where the file says so.
    public var standardDeviation: Double?
    /// Wall-clock seconds of training until then, where the file says so.
    public var elapsedSeconds: Double?
  }

  /// The evaluations, in the order of the file.
  public let evaluations: [Evaluation]

  /// The results that `text` holds.
  ///
  /// - Parameters:
  ///   - text: The contents of a file.
  ///   - path: Where it is from, for messages.
  /// - Throws: `UserError` of kind `configuration` that names the line.
  public init(csv text: String, from path: String) throws(UserError) {
    var columns: [String: Int] = [:]
    var evaluations: [Evaluation] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.hasPrefix("#") && !line.isEmpty {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if columns.isEmpty {
        columns = Dictionary(
          zip(fields, fields.indices), uniquingKeysWith: { first, _ in first })
        continue
      }
      let field = { (name: String) -> String? in
        columns[name].flatMap { $0 < fields.count ? fields[$0] : nil }
      }
      guard let environment = field("environment"), let algorithm = field("algorithm"),
        let sparsity = field("sparsity"), let seed = field("seed").flatMap(Int.init),
        let step = field("environment_step").flatMap(Int.init),
        let meanReturn = field("mean_return").flatMap(Double.init), meanReturn.isFinite
      else {
        throw UserError(
          .configuration, found: "\(path), line \(index + 1), is no evaluation",
          expected: "environment, algorithm, sparsity, seed, environment_step and mean_return",
          action: "name a file that Scripts/record-results.sh wrote")
      }
      evaluations.append(
        Evaluation(
          environment: environment, algorithm: algorithm, sparsity: sparsity, seed: seed,
          step: step, meanReturn: meanReturn, episodeCount: field("episodes").flatMap(Int.init),
          standardDeviation: field("standard_deviation").flatMap(Double.init),
          elapsedSeconds: field("elapsed_seconds").flatMap(Double.init)))
    }
    guard !evaluations.isEmpty else {
      throw UserError(
        .configuration, found: "\(path) holds no evaluation",
        action: "name a file that Scripts/record-results.sh wrote")
    }
    self.evaluations = evaluations
  }

  /// The sparsities, in the order of the file.
  public var sparsities: [String] { unique(evaluations.map(\.sparsity)) }

  /// The seeds of the runs with `sparsity`, in the order of the file.
  public func seeds(sparsity: String) -> [Int] {
    unique(evaluations.filter { $0.sparsity == sparsity }.map(\.seed))
  }

  /// The mean returns of one run, by step.
  public func returns(sparsity: String, seed: Int) -> [Double] {
    evaluations.filter { $0.sparsity == sparsity && $0.seed == seed }
      .sorted { $0.step < $1.step }.map(\.meanReturn)
  }

  /// The learning curve: for each sparsity the mean over the seeds, and a band from the lowest seed to
  /// the highest.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when a return cannot be drawn.
  public func learningCurve() throws(UserError) -> LearningCurve {
    var series: [LearningCurve.Series] = []
    for sparsity in sparsities {
      let own = evaluations.filter { $0.sparsity == sparsity }
      let count = seeds(sparsity: sparsity).count
      let points = unique(own.map(\.step)).sorted().map { step in
        let returns = own.filter { $0.step == step }.map(\.meanReturn)
        return LearningCurve.Point(
          step: step, mean: returns.reduce(0, +) / Double(returns.count),
          low: returns.min() ?? 0, high: returns.max() ?? 0)
      }
      let seeds = count == 1 ? "1 seed" : "\(count) seeds"
      series.append(LearningCurve.Series(name: "\(sparsity), \(seeds)", points: points))
    }
    let environments = unique(evaluations.map(\.environment)).joined(separator: ", ")
    let algorithms = unique(evaluations.map(\.algorithm)).joined(separator: ", ")
    return try LearningCurve(
      title: environments,
      caption: "\(environments) · \(algorithms)",
      meaning: "Line: mean over the seeds. Band: from the lowest seed to the highest.",
      series: series)
  }
}
