/// The score that a training ends with.
public enum FinalReturn {
  /// How many evaluations count.
  public static let evaluationCount = 10

  /// The mean return of the last ten evaluations of agents that have trained.
  ///
  /// - Parameter evaluations: The environment step and the mean return of each, by step.
  /// - Returns: Nothing without any; the untrained agent, at step 0, does not count.
  public static func of(_ evaluations: [(step: Int, meanReturn: Double)]) -> Double? {
    let last = evaluations.lazy.filter { $0.step > 0 }.map(\.meanReturn).suffix(evaluationCount)
    return last.isEmpty ? nil : last.reduce(0, +) / Double(last.count)
  }
}
