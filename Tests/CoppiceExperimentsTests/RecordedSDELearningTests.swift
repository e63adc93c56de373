import Foundation
import Testing

/// What the article on neural SDEs says of what models learn must follow from the recordings.
@Suite("Recorded learning of models of paths")
struct RecordedSDELearningTests {
  /// The rows of a recording: method, seed, step, seconds, distance, samples, real.
  private static func rows(_ path: String) throws -> [[String]] {
    Array(try Repository.table(path).dropFirst())
  }

  private static let distances = [
    ("real-or-fake", "%.2f"), ("prediction", "%.4f"), ("signature-mmd", "%.2f"),
    ("ks-mean", "%.3f"), ("autocorrelation", "%.3f"),
  ]

  /// The numbers of a column for one method, step and distance, seed by seed.
  private static func numbers(
    _ rows: [[String]], _ method: String, _ step: String, _ distance: String, column: Int
  ) throws -> [Double] {
    let found = try rows.filter { $0[0] == method && $0[2] == step && $0[4] == distance }
      .map { try #require(Double($0[column])) }
    try #require(found.count == 3)
    return found
  }

  /// The mean over the seeds and, in brackets, their standard deviation.
  private static func cell(_ numbers: [Double], _ format: String) -> String {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(numbers.count - 1)).squareRoot()
    return String(format: "\(format) (\(format))", mean, deviation)
  }

  @Test("adversarial models", arguments: ["reversible-heun", "midpoint"], ["4000", "8000"])
  func adversarial(method: String, step: String) throws {
    let rows = try Self.rows("Results/sde-gan-ou-const.csv")
    var cells = try Self.distances.map { distance, format in
      Self.cell(try Self.numbers(rows, method, step, distance, column: 5), format)
    }
    let seconds = try Self.numbers(rows, method, step, "prediction", column: 3)
    cells.insert(String(format: "%.1f", seconds.reduce(0, +) / 180), at: 0)
    let line = "| `\(method)` | \(step) | \(cells.joined(separator: " | ")) |"
    #expect(
      try Repository.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md").contains(line), "\(line)")
  }

  @Test("real paths beside each other")
  func real() throws {
    let rows = try Self.rows("Results/sde-gan-ou-const.csv")
    let cells = try Self.distances.map { distance, format in
      Self.cell(
        try Self.numbers(rows, "reversible-heun", "8000", distance, column: 6), format)
    }
    let line = "| real paths | | | \(cells.joined(separator: " | ")) |"
    #expect(
      try Repository.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md").contains(line), "\(line)")
  }

  @Test("latent models", arguments: [0, 1, 2])
  func latent(seed: Int) throws {
    let rows = try Self.rows("Results/sde-latent-ou-const.csv")
    let loss = try Self.numbers(rows, "midpoint", "3000", "loss", column: 5)[seed]
    let cells = try Self.distances.map { distance, format in
      String(
        format: format,
        try Self.numbers(rows, "midpoint", "3000", distance, column: 5)[seed])
    }
    let line =
      "| \(seed + 1) | \(String(format: "%.1f", -loss)) | \(cells.joined(separator: " | ")) |"
    #expect(
      try Repository.text("Sources/Coppice/Coppice.docc/NeuralSDEs.md").contains(line), "\(line)")
  }
}
