import CoppiceAgents
public import CoppiceReports
public import CoppiceSparsity
public import CoppiceTensors

/// A number of gradient steps of one sparsity, done once.
public struct CountedUpdatesRow: Codable, Sendable, Equatable {
  /// The sparsity as it was asked for.
  public var sparsity: String
  /// Gradient steps.
  public var updates: Int
  /// How long they took together, the first ones included.
  public var seconds: Double
}

/// So many gradient steps of every sparsity, and no others.
public struct CountedUpdatesReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// The instructions that the kernels used.
  public var instructionSet: InstructionSet
  /// Samples of a batch.
  public var batch: Int
  /// Threads of an update.
  public var threads: Int
  /// One for each sparsity, in the order asked for.
  public var rows: [CountedUpdatesRow]

  private enum CodingKeys: String, CodingKey {
    case schema
    case instructionSet = "instruction_set"
    case batch
    case threads
    case rows
  }

  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([("sparsity", .left), ("updates", .right), ("seconds", .right)])
    for row in rows {
      table.add([row.sparsity, "\(row.updates)", "\((row.seconds * 1000).rounded() / 1000)"])
    }
    return table
  }
}

extension UpdateBenchmark {
  /// Runs exactly `updates` gradient steps of each variant, once and without a warm-up.
  ///
  /// Everything is the same in every run, so that a program that counts instructions finds what an
  /// update costs as the difference of two runs.
  ///
  /// - Parameters:
  ///   - updates: Gradient steps of each variant.
  ///   - variants: Names and rules; `dense` has no rule.
  /// - Returns: What was done, in the order of `variants`.
  /// - Throws: `UserError` when a value makes no sense or memory is not to be had.
  public func run(
    updates: Int, _ variants: [(name: String, rule: (any TopologyRule)?)]
  ) throws(UserError) -> CountedUpdatesReport {
    let pool = WorkerPool(threadCount: threads)
    let replay = try filledReplay()
    var rows: [CountedUpdatesRow] = []
    for (name, rule) in variants {
      let contestant = Contestant(name: name, agent: try agent(rule, pool), replay: replay)
      rows.append(
        CountedUpdatesRow(
          sparsity: name, updates: updates, seconds: contestant.perform(updates: updates)))
    }
    return CountedUpdatesReport(
      instructionSet: arithmetic.instructionSet, batch: batch, threads: threads,
      rows: rows)
  }
}
