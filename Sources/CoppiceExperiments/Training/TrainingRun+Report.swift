import CoppiceAgents
import CoppiceNetworks
import CoppiceReports
import CoppiceSparsity
import CoppiceTensors

extension TrainingRun {
  /// Draws the learning curve from the log of evaluations, and the last one where it was off schedule.
  func writeLearningCurve(final record: EvaluationRecord?) throws(UserError) {
    var records: [EvaluationRecord] = try JSONLines.read(folder.evaluationsPath)
    if let record, record.step != records.last?.step { records.append(record) }
    let name = "\(configuration.algorithm) \(configuration.sparsity)"
    let curve = try LearningCurve(
      title: configuration.environment,
      caption: LearningCurve.caption(
        environment: configuration.environment, algorithm: configuration.algorithm,
        sparsity: configuration.sparsity.spelling, seedCount: 1),
      series: [
        LearningCurve.Series(
          name: name,
          points: records.map { LearningCurve.Point(step: $0.step, returns: $0.returns) })
      ])
    try folder.writeLearningCurve(curve.svg())
  }

  /// What a person should know before it begins; nothing where all is as asked for.
  public var warning: String? {
    guard configuration.sparsity != .dense, agent.layers.allSatisfy({ $0.topology == nil }) else {
      return nil
    }
    return "sparsity \(configuration.sparsity) leaves every layer of these sizes dense; "
      + "see [sparsity_options.allocation], or make the hidden layers larger"
  }

  /// The area under the evaluations so far; nothing without any.
  func learningCurveArea() throws(UserError) -> LearningCurveArea? {
    let records: [EvaluationRecord] = try JSONLines.read(folder.evaluationsPath)
    return LearningCurveArea(records.map(\.meanReturn))
  }
}
