public import CoppiceRandom
public import CoppiceReports
public import CoppiceSDE
public import CoppiceTensors

/// How near the paths of a model are to real ones that it has not seen.
public struct PathEvaluation: Codable, Sendable, Equatable {
  /// One number.
  public struct Row: Codable, Sendable, Equatable {
    /// What it is.
    public var name: String
    /// Of sampled paths.
    public var samples: Double
    /// Of the training paths, which are real: what could be hoped for; NaN where they give nothing to measure.
    public var real: Double
  }

  /// The format of this report.
  public var schema = 1
  /// The folder of the run.
  public var run: String
  /// What learned.
  public var model: String
  /// After how many updates.
  public var step: Int
  /// Whether the mean of the weights made the paths.
  public var averaged: Bool
  /// How many paths were sampled.
  public var paths: Int
  /// How many real ones they were compared with.
  public var heldOutPaths: Int
  /// The numbers; smaller is nearer.
  public var metrics: [Row]
  /// What could not be measured on so few paths or values, and why.
  public var refusals: [PathComparison.Refusal]

  private enum CodingKeys: String, CodingKey {
    case schema, run, model, step, averaged, paths, metrics, refusals
    case heldOutPaths = "held_out_paths"
  }

  /// Compares paths of a model with those that its run held back.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - count: How many paths are sampled.
  ///   - averaged: Whether the mean of the weights makes them; without, where there is one.
  ///   - key: Their noise, and that of metrics.
  ///   - catalogue: The metrics.
  /// - Throws: `UserError` as ``TrainedPathModel/sample(_:averaged:key:)`` does.
  public init(
    of model: TrainedPathModel, paths count: Int, averaged: Bool? = nil, key: RandomKey,
    catalogue: PathMetricCatalogue = .standard
  ) throws(UserError) {
    let samples = try model.sample(count, averaged: averaged, key: key.split("samples"))
    try self.init(of: samples, by: model, averaged: averaged, key: key, catalogue)
  }

  /// Compares paths that were sampled already.
  init(
    of samples: PathSet, by model: TrainedPathModel, averaged: Bool?, key: RandomKey,
    _ catalogue: PathMetricCatalogue
  ) throws(UserError) {
    let data = model.data
    let real = try data.training.selecting(0..<min(samples.pathCount, data.training.pathCount))
    let metrics = key.split("metrics")
    let found = try catalogue.measure(
      samples, against: data.heldOut, key: metrics, pool: model.pool)
    let floor = try catalogue.measure(
      real, against: data.heldOut, key: metrics, pool: model.pool)
    (run, self.model, step) = (model.folder.path, model.settings.model, model.step)
    self.averaged = averaged ?? model.isAveraged
    (paths, heldOutPaths) = (samples.pathCount, data.heldOut.pathCount)
    self.metrics = found.measurements.map { own in
      let real = floor.measurements.first { $0.name == own.name }?.value ?? .nan
      return Row(name: own.name, samples: own.value, real: real)
    }
    refusals = found.refusals
  }

  /// The numbers for people.
  public var table: TextTable {
    var table = TextTable([("metric", .left), ("samples", .right), ("real", .right)])
    for row in metrics {
      table.add([row.name, Self.rounded(row.samples), Self.rounded(row.real)])
    }
    return table
  }

  /// A number with four digits that count.
  static func rounded(_ value: Double) -> String {
    if value.isNaN { return "-" }
    guard value.isFinite, value != 0 else { return "\(value)" }
    var unit = 1.0
    while abs(value) / unit < 1000 { unit /= 10 }
    while abs(value) / unit >= 10_000 { unit *= 10 }
    let digits = (value / unit).rounded()
    return "\(Float(unit < 1 ? digits / (1 / unit).rounded() : digits * unit))"
  }
}
