public import CoppiceReports

/// What the kernel benchmark measured of one operation.
public struct KernelBenchmarkRow: Codable, Sendable, Equatable {
  /// The size of the layer, outputs × inputs: `256x17`.
  public var shape: String
  /// The sparsity as it was asked for.
  public var sparsity: String
  /// How many weights are kept.
  public var kept: Int
  /// How the layer is stored: `dense`, or the name of a plan.
  public var plan: String
  /// Whether the model of costs chooses this plan.
  public var isChosen: Bool
  /// What was measured; `update` is all that a gradient step does.
  public var operation: String
  /// Microseconds of the operation, of the whole batch where it is of a batch.
  public var microseconds: Spread
  /// Useful operations, two for each kept weight and sample, over what the core could do meanwhile;
  /// nothing where the operation is no product.
  public var percentOfPeak: Double?
  /// How much faster than the dense layer, round by round; nothing where that has no such operation.
  public var speedup: Spread?

  private enum CodingKeys: String, CodingKey {
    case shape
    case sparsity
    case kept
    case plan
    case isChosen = "is_chosen"
    case operation
    case microseconds
    case percentOfPeak = "percent_of_peak"
    case speedup
  }
}

/// A run of the kernel benchmark.
public struct KernelBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// What the core can do at most, measured during the run.
  public var roofline: Roofline
  /// Samples of a batch.
  public var batch: Int
  /// One for each shape, sparsity, plan and operation.
  public var rows: [KernelBenchmarkRow]
}

extension KernelBenchmarkReport {
  /// The rows for people, one for each plan: microseconds, and where it says so percent of the peak.
  public var table: TextTable {
    var table = TextTable([
      ("layer", .left), ("sparsity", .left), ("plan", .left), ("update", .right), ("low", .right),
      ("high", .right), ("× dense", .right), ("forward", .right), ("%", .right),
      ("backward", .right), ("%", .right), ("weights", .right), ("%", .right), ("step", .right),
      ("derive", .right), ("rebuild", .right), ("one sample", .right),
    ])
    var rest = rows[...]
    while let first = rest.first {
      let group = rest.prefix {
        $0.shape == first.shape && $0.sparsity == first.sparsity && $0.plan == first.plan
      }
      rest = rest.dropFirst(group.count)
      let found = { (name: String) in group.first { $0.operation == name } }
      let time = { Self.text(found($0)?.microseconds.median) }
      let percent = { Self.text(found($0)?.percentOfPeak) }
      let update = found("update")
      table.add([
        first.shape, first.sparsity, first.plan + (first.isChosen ? " *" : ""), time("update"),
        Self.text(update?.microseconds.low), Self.text(update?.microseconds.high),
        update?.speedup.map { "\(($0.median * 100).rounded() / 100)" } ?? "-", time("forward"),
        percent("forward"), time("backward_data"), percent("backward_data"),
        time("backward_weights"), percent("backward_weights"), time("step"), time("derive"),
        time("rebuild"), time("forward_one"),
      ])
    }
    return table
  }

  private static func text(_ value: Double?) -> String {
    value.map { $0 < 10 ? "\(($0 * 100).rounded() / 100)" : "\(($0 * 10).rounded() / 10)" } ?? "-"
  }
}
