import Foundation
import Testing

/// What the article on neural SDEs says of speed beside other libraries must follow from the recorded comparison.
@Suite("Recorded speed of stochastic equations")
struct RecordedSDESpeedTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The lines of a CSV without quotes inside of cells, by the names of their columns.
  private static func rows(_ path: String) throws -> [[String: String]] {
    let lines = try text(path).split(whereSeparator: \.isNewline).map(String.init)
      .filter { !$0.hasPrefix("#") }
    let names = cells(try #require(lines.first))
    return lines.dropFirst().map { line in
      Dictionary(uniqueKeysWithValues: zip(names, cells(line)))
    }
  }

  private static func cells(_ line: String) -> [String] {
    var (cells, isQuoted) = ([""], false)
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    return cells
  }

  private static func digits(_ value: Double) -> String {
    String(format: value < 10 ? "%.1f" : "%.0f", value)
  }

  @Test("queries of Brownian motion")
  func brownian() throws {
    let rows = try Self.rows("Results/brownian-intel-xeon.csv").filter { $0["ours"] == "interval" }
    let article = try Self.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md")
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
    let rows = try Self.rows("Results/sde-intel-xeon.csv")
      .filter { $0["ours"] == ours && $0["theirs"] == theirs }
    let ratios = try rows.map { try #require($0["ratio"].flatMap(Double.init)) }
    try #require(!ratios.isEmpty)
    let mean = exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count))
    let article = try Self.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md")
    let line =
      "| `\(ours)` | `\(theirs)` | \(ratios.count) | \(Self.digits(mean)) | "
      + "\(Self.digits(ratios.min() ?? 0)) to \(Self.digits(ratios.max() ?? 0)) |"
    #expect(article.contains(line), "\(line)")
  }
}
