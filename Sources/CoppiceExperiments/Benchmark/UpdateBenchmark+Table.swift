public import CoppiceReports

extension UpdateBenchmarkReport {
  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("sparsity", .left), ("updates/s", .right), ("low", .right), ("high", .right),
      ("× dense", .right), ("products", .right), ("elementwise", .right), ("replay", .right),
      ("masks", .right), ("other", .right), ("% of peak", .right),
    ])
    for row in rows {
      table.add([
        row.sparsity, Self.text(row.updatesPerSecond.median), Self.text(row.updatesPerSecond.low),
        Self.text(row.updatesPerSecond.high),
        row.speedup.map { "\(($0.median * 100).rounded() / 100)" } ?? "-",
        Self.percent(row.share.products), Self.percent(row.share.elementwise),
        Self.percent(row.share.replay), Self.tenths(row.share.topology),
        Self.percent(row.share.other),
        Self.text(row.densePercentOfPeak),
      ])
    }
    return table
  }

  private static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
  private static func tenths(_ value: Double) -> String {
    "\((1000 * value).rounded() / 10) %"
  }
  private static func percent(_ value: Double) -> String { "\(Int((100 * value).rounded())) %" }
}
