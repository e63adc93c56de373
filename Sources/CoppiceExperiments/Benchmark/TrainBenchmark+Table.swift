public import CoppiceReports

extension TrainBenchmarkReport {
  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("sparsity", .left), ("steps/s", .right), ("low", .right), ("high", .right),
      ("updates/s", .right), ("steps per update", .right),
    ])
    for row in rows {
      table.add([
        row.sparsity, Self.text(row.stepsPerSecond.median), Self.text(row.stepsPerSecond.low),
        Self.text(row.stepsPerSecond.high), Self.text(row.updatesPerSecond.median),
        "\((row.fractionOfUpdateRate.median * 1000).rounded() / 1000)",
      ])
    }
    return table
  }

  private static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
