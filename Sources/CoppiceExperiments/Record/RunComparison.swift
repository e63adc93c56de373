import CoppiceReports
public import CoppiceTensors

/// Where two runs differ: their settings, and what their evaluations returned.
public struct RunComparison: Codable, Sendable, Equatable {
  /// A setting that differs.
  public struct Setting: Codable, Sendable, Equatable {
    /// Its name in recipes: `td3.batch_size`.
    public var name: String
    /// What it is in the first run; nothing where that does not have it.
    public var first: StructuredValue?
    /// What it is in the second run.
    public var second: StructuredValue?

    private enum CodingKeys: String, CodingKey {
      case name
      case first = "a"
      case second = "b"
    }
  }

  /// A step at which both were evaluated.
  public struct Evaluation: Codable, Sendable, Equatable {
    /// The environment step.
    public var environmentStep: Int
    /// The mean return of the first run.
    public var first: Double
    /// The mean return of the second run.
    public var second: Double

    private enum CodingKeys: String, CodingKey {
      case environmentStep = "environment_step"
      case first = "a"
      case second = "b"
    }
  }

  /// The format of this value.
  public var schema = 1
  /// The folder of the first run.
  public var first: String
  /// The folder of the second run.
  public var second: String
  /// The settings that differ, by name.
  public var settings: [Setting]
  /// The evaluations of the steps that both have, in order.
  public var evaluations: [Evaluation]
  /// The first of these steps at which not every return is the same bit for bit; nothing where all are.
  public var firstDifference: Int?

  private enum CodingKeys: String, CodingKey {
    case schema
    case first = "a"
    case second = "b"
    case settings
    case evaluations
    case firstDifference = "first_difference"
  }

  /// Compares the runs in two folders.
  ///
  /// - Throws: `UserError` when one of them holds no run, or one that cannot be read.
  public init(of first: String, and second: String) throws(UserError) {
    let folders = (try RunFolder(opening: first), try RunFolder(opening: second))
    self.first = folders.0.path
    self.second = folders.1.path
    let (one, other) = (
      try folders.0.configuration().table().flattened(),
      try folders.1.configuration().table().flattened()
    )
    settings = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
      .map { Setting(name: $0, first: one[$0], second: other[$0]) }
    let records: [EvaluationRecord] = try JSONLines.read(folders.0.evaluationsPath)
    let others: [EvaluationRecord] = try JSONLines.read(folders.1.evaluationsPath)
    let byStep = Dictionary(others.map { ($0.step, $0) }, uniquingKeysWith: { $1 })
    let pairs = records.compactMap { record in byStep[record.step].map { (record, $0) } }
    evaluations = pairs.map {
      Evaluation(environmentStep: $0.step, first: $0.meanReturn, second: $1.meanReturn)
    }
    firstDifference = pairs.first { $0 != $1 }?.0.step
  }

  /// The comparison for people: settings first, then the curves.
  public var text: String {
    let verdict =
      switch (evaluations.count, firstDifference) {
      case (0, _): "There is no step at which both were evaluated."
      case (let count, nil): "All evaluations of \(count) common steps are the same."
      case (_, let step?): "The evaluations differ from step \(step) on."
      }
    return [
      "A  \(first)\nB  \(second)",
      settings.isEmpty ? "All settings are the same." : settingsTable.description,
      evaluations.isEmpty ? nil : evaluationsTable.description,
      verdict,
    ].compactMap { $0 }.joined(separator: "\n\n")
  }

  private var settingsTable: TextTable {
    var table = TextTable([("setting", .left), ("A", .left), ("B", .left)])
    func text(_ value: StructuredValue?) -> String { value.map(TOMLText.inline) ?? "-" }
    for setting in settings {
      table.add([setting.name, text(setting.first), text(setting.second)])
    }
    return table
  }

  private var evaluationsTable: TextTable {
    var table = TextTable([
      ("step", .right), ("A", .right), ("B", .right), ("B - A", .right),
    ])
    func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
    for evaluation in evaluations {
      table.add([
        "\(evaluation.environmentStep)", text(evaluation.first), text(evaluation.second),
        text(evaluation.second - evaluation.first),
      ])
    }
    return table
  }
}
