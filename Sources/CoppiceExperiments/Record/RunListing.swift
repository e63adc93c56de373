public import CoppiceReports
import CoppiceSparsity
public import CoppiceTensors

/// The runs in a folder, and how far they are.
public struct RunListing: Codable, Sendable, Equatable {
  /// One run.
  public struct Entry: Codable, Sendable, Equatable {
    /// The run folder.
    public var path: String
    /// What learned.
    public var algorithm: String
    /// The world.
    public var environment: String
    /// Which weights are kept.
    public var sparsity: String
    /// The number that all randomness is from.
    public var seed: UInt64
    /// The environment step of the last checkpoint; 0 before the first.
    public var environmentStep: Int
    /// Environment steps in all.
    public var totalSteps: Int
    /// The mean return of the last evaluation.
    public var lastReturn: Double?
    /// The mean return of the best evaluation.
    public var bestReturn: Double?

    private enum CodingKeys: String, CodingKey {
      case path
      case algorithm
      case environment
      case sparsity
      case seed
      case environmentStep = "environment_step"
      case totalSteps = "total_steps"
      case lastReturn = "last_return"
      case bestReturn = "best_return"
    }
  }

  /// The format of this value.
  public var schema = 1
  /// The runs, by path.
  public var runs: [Entry]
  /// What could not be read, and why.
  public var unreadable: [String]

  /// The runs in the folder at `path`, or the run that it is.
  ///
  /// - Throws: `UserError` of kind `file` when the folder cannot be read.
  public init(of path: String) throws(UserError) {
    let folder = Folder(path)
    var candidates = [path]
    if !RunFolder.holdsRun(path) {
      candidates = try folder.names().map { folder[$0] }.filter(RunFolder.holdsRun)
    }
    runs = []
    unreadable = []
    for candidate in candidates {
      do throws(UserError) {
        runs.append(try Self.entry(candidate))
      } catch {
        unreadable.append("\(candidate): \(error)")
      }
    }
  }

  /// The runs as a table.
  public var table: TextTable {
    var table = TextTable([
      ("run", .left), ("environment", .left), ("algorithm", .left), ("sparsity", .left),
      ("seed", .right), ("steps", .right), ("of", .right), ("last return", .right),
      ("best return", .right),
    ])
    for run in runs {
      table.add([
        run.path, run.environment, run.algorithm, run.sparsity, "\(run.seed)",
        "\(run.environmentStep)", "\(run.totalSteps)", Self.text(run.lastReturn),
        Self.text(run.bestReturn),
      ])
    }
    return table
  }

  private static func text(_ value: Double?) -> String {
    value.map { "\(($0 * 10).rounded() / 10)" } ?? "-"
  }

  private static func entry(_ path: String) throws(UserError) -> Entry {
    let run = try RunFolder(opening: path)
    let configuration = try run.configuration()
    let evaluations: [EvaluationRecord] = try JSONLines.read(run.evaluationsPath)
    return Entry(
      path: run.path, algorithm: configuration.algorithm, environment: configuration.environment,
      sparsity: configuration.sparsity.spelling, seed: configuration.seed,
      environmentStep: try run.checkpoints.steps().last ?? 0, totalSteps: configuration.steps,
      lastReturn: evaluations.last?.meanReturn,
      bestReturn: evaluations.map(\.meanReturn).max())
  }
}
