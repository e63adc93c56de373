import CoppiceEnvironments
import CoppiceMuJoCo
public import CoppiceReports
public import CoppiceTensors

/// How fast MuJoCo tasks step, beside a bare loop of the same simulation.
public struct SimulationBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// One for each task.
  public var rows: [Row]

  /// What was measured of one task.
  public struct Row: Codable, Sendable, Equatable {
    /// The task.
    public var environment: String
    /// Environment steps per second.
    public var stepsPerSecond: Double
    /// The same of the bare loop.
    public var barePerSecond: Double
    /// The share of the bare rate that the task reaches: the median over the rounds.
    public var share: Double

    private enum CodingKeys: String, CodingKey {
      case environment
      case stepsPerSecond = "steps_per_second"
      case barePerSecond = "bare_per_second"
      case share
    }
  }

  /// Measures tasks one after the other, the task and the bare loop by turns.
  ///
  /// - Parameters:
  ///   - environments: Which tasks; all without.
  ///   - rounds: How often each loop takes its turn.
  /// - Throws: `UserError` when a task does not exist or MuJoCo is missing.
  public init(environments: [String]?, rounds: Int) throws(UserError) {
    rows = []
    for id in environments ?? EnvironmentCatalogue.mujoco.entries.map(\.id) {
      let rate = try StepRate.measure(id, rounds: rounds)
      rows.append(
        Row(
          environment: id, stepsPerSecond: rate.task, barePerSecond: rate.bare, share: rate.share))
    }
  }

  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("environment", .left), ("steps/s", .right), ("bare loop/s", .right), ("share", .right),
    ])
    for row in rows {
      table.add([
        row.environment, "\(Int(row.stepsPerSecond))", "\(Int(row.barePerSecond))",
        "\(Int((100 * row.share).rounded())) %",
      ])
    }
    return table
  }
}
