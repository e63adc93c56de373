import Foundation
import Testing

/// What the article on neural SDEs says of speed beside other libraries must follow from the recorded comparison.
@Suite("Recorded speed of stochastic equations")
struct RecordedSDESpeedTests {
  private static func digits(_ value: Double) -> String {
    String(format: value < 10 ? "%.1f" : "%.0f", value)
  }

  @Test("queries of Brownian motion")
  func brownian() throws {
    let rows = try Repository.rows("Results/brownian-intel-xeon.csv").filter {
      $0["ours"] == "interval"
    }
    let article = try Repository.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md")
    for their in [
      "torchsde BrownianInterval", "torchsde BrownianInterval, dt", "torchsde BrownianTree",
      "diffrax VirtualBrownianTree",
    ] {
      let cells = try ["1", "2560", "32768"].map { size in
        let ratios = try rows.filter { $0["theirs"] == their && $0["size"] == size }
          .map { try #require($0["ratio"].flatMap(Double.init)) }
        try #require(ratios.count == 9)
        return "\(Self.digits(ratios.min() ?? 0)) to \(Self.digits(ratios.max() ?? 0))"
      }
      let line = "| `\(their)` | \(cells.joined(separator: " | ")) |"
      #expect(article.contains(line), "\(line)")
    }
    let random = try ["10", "1000"].map { intervals in
      let row = try #require(
        rows.first {
          $0["size"] == "2560" && $0["order"] == "random" && $0["intervals"] == intervals
        })
      return Int(try #require(row["our_microseconds_per_query"].flatMap(Double.init)).rounded())
    }
    let text = "\(random[0]) µs with 10 intervals of 2,560 numbers and \(random[1]) µs with 1,000"
    #expect(article.replacing("\n", with: " ").contains(text), "\(text)")
  }

  @Test(
    "gradients of solutions",
    arguments: [
      ("reversible-heun, reversible", "torchsde reversible_heun, adjoint"),
      ("reversible-heun, backpropagation", "torchsde reversible_heun, backpropagation"),
      ("midpoint, continuous", "torchsde midpoint, adjoint"),
      ("midpoint, backpropagation", "torchsde midpoint, backpropagation"),
      ("reversible-heun, reversible", "diffrax ReversibleHeun, backpropagation"),
      ("reversible-heun, backpropagation", "diffrax ReversibleHeun, backpropagation"),
      ("midpoint, backpropagation", "diffrax Midpoint, backpropagation"),
    ])
  func gradients(ours: String, theirs: String) throws {
    let ratios = try Self.ratios("Results/sde-amd-epyc.csv", ours: ours, theirs: theirs)
    try #require(ratios.count == 16)
    let article = try Repository.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md")
    let line =
      "| `\(ours)` | `\(theirs)` | \(ratios.count) | \(Self.digits(Self.mean(ratios))) | "
      + "\(Self.digits(ratios.min() ?? 0)) to \(Self.digits(ratios.max() ?? 0)) |"
    #expect(article.contains(line), "\(line)")
  }

  private static func ratios(_ path: String, ours: String, theirs: String) throws -> [Double] {
    try Repository.rows(path).filter { $0["ours"] == ours && $0["theirs"] == theirs }
      .map { try #require($0["ratio"].flatMap(Double.init)) }
  }

  /// The geometric mean.
  private static func mean(_ ratios: [Double]) -> Double {
    exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count))
  }

  @Test(
    "a second thread and sparse fields",
    arguments: [
      ("dense", "2"), ("2:4", "1"), ("static@80%", "1"), ("static@90%", "1"), ("static@90%", "2"),
    ])
  func threads(sparsity: String, threads: String) throws {
    let rows = try Repository.rows("Results/sde-threads-intel-xeon.csv")
      .filter { $0["sparsity"] == sparsity && $0["threads"] == threads }
    let cells = try ["32", "96"].map { state in
      let ratios = try rows.filter { $0["state"] == state }
        .map { try #require($0["ratio"].flatMap(Double.init)) }
      try #require(ratios.count == 16)
      let (least, most) = (Self.digits(ratios.min() ?? 0), Self.digits(ratios.max() ?? 0))
      return "\(Self.digits(Self.mean(ratios))) (\(least) to \(most))"
    }
    let article = try Repository.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md")
    let line = "| `\(sparsity)` | \(threads) | \(cells.joined(separator: " | ")) |"
    #expect(article.contains(line), "\(line)")
  }

  @Test("reversible Heun beside our own midpoint method, and figures of another processor")
  func furtherFigures() throws {
    let article = try Repository.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md")
      .replacing("\n", with: " ")
    var seconds: [String: [String: Double]] = [:]
    for row in try Repository.rows("Results/sde-amd-epyc.csv") {
      let shape = ["noise", "state", "batch", "steps"].compactMap { row[$0] }
        .joined(separator: " ")
      let ours = try #require(row["ours"])
      let own: Double = try #require(row["our_seconds"].flatMap(Double.init))
      seconds[shape, default: [:]][ours] = own
    }
    let own = try seconds.values.map {
      try #require($0["midpoint, continuous"]) / #require($0["reversible-heun, reversible"])
    }
    try #require(own.count == 16)
    #expect(
      article.contains(
        "found \(Self.digits(own.min() ?? 0)) to \(Self.digits(own.max() ?? 0)) times as fast"))
    func xeon(
      _ ours: String, _ theirs: String
    ) throws -> (mean: String, range: String, below: Int) {
      let ratios = try Self.ratios(
        "Results/sde-intel-xeon.csv", ours: "reversible-heun, \(ours)",
        theirs: "torchsde reversible_heun, \(theirs)")
      try #require(ratios.count == 16)
      let ends = [ratios.min() ?? 0, ratios.max() ?? 0].map(Self.digits)
      return (
        Self.digits(Self.mean(ratios)), "from \(ends[0]) to \(ends[1])", ratios.count { $0 < 2 }
      )
    }
    let reversible = try xeon("reversible", "adjoint")
    let remembered = try xeon("backpropagation", "backpropagation")
    let text =
      "a mean of \(reversible.mean) for `reversible`, \(reversible.range), "
      + "and of \(remembered.mean) for `backpropagation`, \(remembered.range), "
      + "beside torchsde's own; \(remembered.below) of 16 of the latter are below 2"
    #expect(reversible.below == 0)
    #expect(article.contains(text), "\(text)")
    let quiet = try Self.ratios(
      "Results/sde-intel-xeon-quiet.csv", ours: "reversible-heun, backpropagation",
      theirs: "torchsde reversible_heun, backpropagation")
    try #require(quiet.count == 4)
    let ends = [quiet.min() ?? 0, quiet.max() ?? 0].map(Self.digits)
    let again = "of 1,024 paths of 96 numbers are at \(ends[0]) to \(ends[1])"
    #expect(article.contains(again), "\(again)")
  }
}
