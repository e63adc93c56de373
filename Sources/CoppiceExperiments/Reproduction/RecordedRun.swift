import CoppiceReports
import CoppiceSparsity
public import CoppiceTensors

/// A finished run as a small file that a repository can keep: its evaluations, and what they were made with.
///
/// A CSV that `RecordedResults` reads, with lines of `# name = value` before it.
public struct RecordedRun: Sendable, Equatable {
  /// One evaluation.
  public struct Evaluation: Sendable, Equatable {
    /// The environment step.
    public var step: Int
    /// How many episodes.
    public var episodeCount: Int
    /// The mean return over them.
    public var meanReturn: Double
    /// The deviation over them.
    public var standardDeviation: Double
    /// Wall-clock seconds of training until then, evaluations included.
    public var elapsedSeconds: Double?
  }

  /// The world, what learned, and which weights were kept.
  public let environment: String
  /// What learned.
  public let algorithm: String
  /// Which weights were kept.
  public let sparsity: String
  /// The number that all randomness was from.
  public let seed: Int
  /// A number that differs where settings differ: the CRC-32C of all of them.
  public let settings: String
  /// Where and by what it was made.
  public let origin: String
  /// Kept weights of actor and critics at the end, biases apart.
  public let keptWeights: Double?
  /// Operations over those of dense networks at the end, as papers count them.
  public let relativeOperations: Double?
  /// By step.
  public let evaluations: [Evaluation]

  /// The mean return of the last ten evaluations; nothing without any.
  public var finalReturn: Double? { FinalReturn.of(evaluations.map { ($0.step, $0.meanReturn) }) }

  /// The record of a run.
  ///
  /// - Returns: Nothing where it has not taken all its steps.
  /// - Throws: `UserError` when a file of the run cannot be read.
  public init?(of run: RunFolder) throws(UserError) {
    let configuration = try run.configuration()
    let results = try StudyResult.evaluations(inRun: run.path)
    let interval = configuration.evaluationEvery
    guard interval > 0, results.last?.step == configuration.steps / interval * interval,
      try run.checkpoints.steps().last == configuration.steps
    else { return nil }
    environment = configuration.environment
    algorithm = configuration.algorithm
    sparsity = configuration.sparsity.spelling
    seed = Int(configuration.seed)
    settings = try Self.settings(of: configuration)
    origin = try Self.origin(of: run)
    let last = try Self.lastMeasures("\(run.path)/metrics.jsonl")
    keptWeights = last.keptWeights
    relativeOperations = last.relativeOperations
    evaluations = results.map { result in
      let (mean, count) = (result.meanReturn, Double(result.returns.count))
      let squares = result.returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return Evaluation(
        step: result.step, episodeCount: result.returns.count, meanReturn: mean,
        standardDeviation: (squares / count).squareRoot(), elapsedSeconds: result.elapsedSeconds)
    }
  }

  /// The record in the file at `path`.
  ///
  /// - Throws: `UserError` of kind `file` or `configuration` when it cannot be read or makes no sense.
  public init(contentsOf path: String) throws(UserError) {
    let bytes = try OpenFile(path, .read).contents()
    let text = String(decoding: bytes, as: UTF8.self)
    let results = try RecordedResults(csv: text, from: path)
    let first = results.evaluations[0]
    (environment, algorithm) = (first.environment, first.algorithm)
    (sparsity, seed) = (first.sparsity, first.seed)
    let facts = Self.facts(text)
    settings = facts["settings"] ?? ""
    origin = facts["origin"] ?? ""
    keptWeights = facts["kept_weights"].flatMap(Double.init)
    relativeOperations = facts["relative_operations"].flatMap(Double.init)
    evaluations = results.evaluations.map {
      Evaluation(
        step: $0.step, episodeCount: $0.episodeCount ?? 0, meanReturn: $0.meanReturn,
        standardDeviation: $0.standardDeviation ?? 0, elapsedSeconds: $0.elapsedSeconds)
    }
  }

  /// Writes the record.
  ///
  /// - Parameters:
  ///   - path: The file, which is replaced as a whole.
  ///   - command: What made it, for its first line.
  /// - Throws: `UserError` of kind `file` when it cannot be written.
  public func write(to path: String, command: String) throws(UserError) {
    var lines = ["# \(command)", "# settings = \(settings)", "# origin = \(origin)"]
    if let keptWeights { lines.append("# kept_weights = \(keptWeights)") }
    if let relativeOperations { lines.append("# relative_operations = \(relativeOperations)") }
    lines.append(
      "environment,algorithm,sparsity,seed,environment_step,episodes,mean_return,"
        + "standard_deviation,elapsed_seconds")
    for evaluation in evaluations {
      let seconds = evaluation.elapsedSeconds.map { "\(($0 * 10).rounded() / 10)" } ?? ""
      lines.append(
        "\(environment),\(algorithm),\(sparsity),\(seed),\(evaluation.step),"
          + "\(evaluation.episodeCount),\(evaluation.meanReturn),"
          + "\(evaluation.standardDeviation),\(seconds)")
    }
    try AtomicFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path)
  }

  /// The settings of a run as one number; how many threads it had, and what else it wrote, do not count.
  static func settings(of configuration: RunConfiguration) throws(UserError) -> String {
    var configuration = try configuration.spellingOutSparsity(.standard)
    (configuration.threads, configuration.tensorboard) = (1, false)
    let digest = CRC32C.checksum(try JSONText.encode(configuration))
    let text = String(digest, radix: 16)
    return String(repeating: "0", count: 8 - text.count) + text
  }

  private static func origin(of run: RunFolder) throws(UserError) -> String {
    let bytes = try OpenFile(run.settingsPath, .read).contents()
    let table = try TOMLText.decode(
      String(decoding: bytes, as: UTF8.self), from: run.settingsPath)
    guard case .table(let facts)? = table[Provenance.tableName] else { return "unknown" }
    let names = ["git_commit", "processor", "instruction_set", "mujoco"]
    let values = names.compactMap { name -> String? in
      guard case .string(let text)? = facts[name], !text.isEmpty else { return nil }
      return "\(name) \(text)"
    }
    return values.joined(separator: ", ")
  }

  private struct Measures: Decodable {
    var keptWeights: Double?
    var relativeOperations: Double?

    enum CodingKeys: String, CodingKey {
      case keptWeights = "sparsity/kept-weights"
      case relativeOperations = "sparsity/relative-operations"
    }
  }

  private static func lastMeasures(_ path: String) throws(UserError) -> Measures {
    try JSONLines.read(path, as: Measures.self).last { $0.keptWeights != nil } ?? Measures()
  }

  private static func facts(_ text: String) -> [String: String] {
    var facts: [String: String] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("# ") {
      guard let sign = line.firstRange(of: " = ") else { continue }
      facts[String(line[line.index(line.startIndex, offsetBy: 2)..<sign.lowerBound])] =
        String(line[sign.upperBound...])
    }
    return facts
  }
}
