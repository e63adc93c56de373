import CoppiceReports
import CoppiceTensors

extension ReportRun {
  /// The runs that the CSV at `path` recorded, in its order; they know their evaluations alone, and no
  /// setting but environment, algorithm, sparsity and seed.
  ///
  /// - Throws: `UserError` of kind `file` or `configuration` when it cannot be read or a line makes no sense.
  static func recorded(at path: String) throws(UserError) -> [ReportRun] {
    let results = try RecordedResults(contentsOf: path)
    var runs: [ReportRun] = []
    var places: [String: Int] = [:]
    for evaluation in results.evaluations {
      guard let seed = UInt64(exactly: evaluation.seed) else {
        throw UserError(
          .configuration, found: "\(path) has a seed of \(evaluation.seed)",
          expected: "0 or more", action: "repair the file")
      }
      let name =
        "\(evaluation.environment), \(evaluation.algorithm), \(evaluation.sparsity), seed \(seed)"
      let place = places[name] ?? runs.count
      if place == runs.count {
        places[name] = place
        runs.append(
          ReportRun(
            path: "\(path): \(name)", environment: evaluation.environment,
            algorithm: evaluation.algorithm, sparsity: evaluation.sparsity, seed: seed,
            totalSteps: 0))
      }
      runs[place].evaluations.append(
        Evaluation(
          step: evaluation.step, meanReturn: evaluation.meanReturn,
          seconds: evaluation.elapsedSeconds))
    }
    for place in runs.indices {
      runs[place].evaluations.sort { $0.step < $1.step }
      runs[place].totalSteps = runs[place].evaluations.last?.step ?? 0
      runs[place].seconds = runs[place].evaluations.last?.seconds
    }
    return runs
  }
}
