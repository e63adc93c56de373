import CoppiceReports
import CoppiceSparsity
import CoppiceTensors

extension ReportRun {
  /// What the run in the folder at `path` recorded; every file is read once.
  ///
  /// - Throws: `UserError` that names the file and the line that cannot be read, of kind `checkpoint` also
  ///   when a newer Coppice wrote the run.
  init(folder path: String, measuring names: [String]) throws(UserError) {
    let folder = try RunFolder(opening: path)
    let configuration = try Self.configuration(of: folder)
    self.init(
      path: folder.path, environment: configuration.environment,
      algorithm: configuration.algorithm, sparsity: configuration.sparsity.spelling,
      seed: configuration.seed, totalSteps: configuration.steps)
    try readSettings(configuration)
    let clock = try readMetrics(folder.metricsPath, names)
    try readEvaluations(folder.evaluationsPath, clock)
  }

  private static func configuration(of folder: RunFolder) throws(UserError) -> RunConfiguration {
    do throws(UserError) {
      return try folder.configuration()
    } catch {
      guard
        let table = try? TOMLText.decode(
          try TextFile.read(folder.settingsPath), from: folder.settingsPath),
        case .string(let version)? = table[Provenance.tableName]?["coppice"],
        isNewer(version)
      else { throw error }
      throw UserError(
        .checkpoint, found: "\(folder.path) was written by Coppice \(version): \(error.found)",
        expected: "a run of Coppice \(coppiceVersion) or older",
        action: "use the version that wrote it, or leave the run out")
    }
  }

  private static func isNewer(_ version: String) -> Bool {
    func numbers(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
    return numbers(coppiceVersion).lexicographicallyPrecedes(numbers(version))
  }

  /// Settings without influence on results; kernels may be measured anew for every run.
  private static let neutral: Set<String> = [
    "threads", "checkpoint_every", "keep", "log_every", "measure_every", "tensorboard",
  ]

  private mutating func readSettings(_ configuration: RunConfiguration) throws(UserError) {
    for (name, value) in try configuration.table().flattened() {
      switch name {
      case "environment", "algorithm", "sparsity", "seed": continue
      case _ where Self.neutral.contains(name) || name.hasPrefix("kernels."):
        circumstances[name] = TOMLText.inline(value)
      case _ where name.hasPrefix("td3.") || name.hasPrefix("sac."):
        // the other algorithm's settings decide nothing
        if name.hasPrefix(configuration.algorithm) { settings[name] = TOMLText.inline(value) }
      default: settings[name] = TOMLText.inline(value)
      }
    }
  }

  /// Reads measurements, and returns the seconds of training by environment step.
  private mutating func readMetrics(
    _ path: String, _ names: [String]
  ) throws(UserError) -> [(step: Int, seconds: Double)] {
    var clock: [(step: Int, seconds: Double)] = []
    // each part of a run counts its own from 0
    var (before, last) = (0.0, 0.0)
    var lists = [[Measurement]](repeating: [], count: names.count)
    // rates before it are of random actions, a hundred times as fast as learning
    var learningBegan: Int?
    let own = [Metric.elapsed.name, "gradient_step"]
    try NumberLog.read(path, own + names) { step, entries in
      for entry in entries {
        if entry.name > 2 {
          lists[entry.name - 3].append(Measurement(step: step, value: entry.sum))
        } else if entry.name == 2 {
          if entry.sum > 0, learningBegan == nil { learningBegan = step }
        } else if entry.name == 1 {
          if entry.sum < last { before += last }
          last = entry.sum
          clock.append((step, before + last))
        }
      }
    }
    for (name, list) in zip(names, lists) where !list.isEmpty { measurements[name] = list }
    measurements[Metric.environmentRate.name]?.removeAll { $0.step <= learningBegan ?? .max }
    seconds = clock.last?.seconds
    return clock
  }

  private mutating func readEvaluations(
    _ path: String, _ clock: [(step: Int, seconds: Double)]
  ) throws(UserError) {
    var index = 0
    try NumberLog.read(path, ["returns"]) { step, entries in
      guard let returns = entries.first, returns.count > 0 else { return }
      while index < clock.count, clock[index].step < step { index += 1 }
      evaluations.append(
        Evaluation(
          step: step, meanReturn: returns.sum / Double(returns.count),
          seconds: Self.seconds(at: step, clock, index)))
    }
  }

  /// The seconds at `step`, in proportion between the line of metrics at `index` and the one before.
  private static func seconds(
    at step: Int, _ clock: [(step: Int, seconds: Double)], _ index: Int
  ) -> Double? {
    guard index < clock.count else { return nil }
    let after = clock[index]
    if after.step == step { return after.seconds }
    let before = index > 0 ? clock[index - 1] : (step: 0, seconds: 0)
    let part = Double(step - before.step) / Double(max(1, after.step - before.step))
    return before.seconds + part * (after.seconds - before.seconds)
  }
}
