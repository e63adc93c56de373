public import CoppiceReports
import CoppiceSparsity
public import CoppiceTensors

/// The runs in some folders, and how far they are.
public struct RunListing: Codable, Sendable, Equatable {
  /// One run.
  public struct Entry: Codable, Sendable, Equatable {
    /// The run folder.
    public var path: String
    /// What it is of.
    public var kind: RunKind
    /// What learned: an algorithm, a learner of groups, or a model of paths.
    public var algorithm: String
    /// What it learned from: an environment, a world, or data.
    public var environment: String
    /// Which weights are kept.
    public var sparsity: String
    /// The number that all randomness is from.
    public var seed: UInt64
    /// The step of the last checkpoint, counted as ``totalSteps``; 0 before the first.
    public var environmentStep: Int
    /// Steps in all: of the environment, of agents that learn, or updates of a model.
    public var totalSteps: Int
    /// The mean return of the last evaluation.
    public var lastReturn: Double?
    /// The mean return of the best evaluation.
    public var bestReturn: Double?

    /// Whether all steps were taken.
    public var isFinished: Bool { environmentStep >= totalSteps }

    private enum CodingKeys: String, CodingKey {
      case path
      case kind
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
  /// The runs, folder by folder, by path within each.
  public var runs: [Entry]
  /// What could not be read, and why.
  public var unreadable: [String]

  /// How many levels of folders below a given one are looked into.
  public static let depth = RunSearch.depth

  /// The runs in the folder at `path`, or the run that it is.
  ///
  /// - Throws: `UserError` of kind `file` when the folder cannot be read.
  public init(of path: String) throws(UserError) { try self.init(of: [path]) }

  /// The runs in the folders at `paths` and up to ``depth`` levels below, or those that they are.
  ///
  /// A run that is found twice counts once. Hidden folders are passed over, and nothing is looked for
  /// inside of a run.
  ///
  /// - Throws: `UserError` of kind `file` when one of the folders cannot be read.
  public init(of paths: [String]) throws(UserError) {
    let search = try RunSearch(in: paths, kinds: RunKind.allCases)
    runs = []
    unreadable = search.unreadable
    for path in search.paths {
      do throws(UserError) {
        runs.append(try Self.entry(path))
      } catch {
        unreadable.append("\(path): \(error)")
      }
    }
  }

  /// Those of the runs that fit a filter.
  public func filtered(by filter: RunFilter) -> RunListing {
    var result = self
    result.runs.removeAll { !filter.includes($0) }
    return result
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
    switch RunKind(of: path) {
    case .world: try world(path)
    case .paths: try paths(path)
    case .agent, nil: try agent(path)
    }
  }

  private static func world(_ path: String) throws(UserError) -> Entry {
    let run = try WorldRunFolder(opening: path)
    let settings = try run.settings()
    return Entry(
      path: run.path, kind: .world, algorithm: settings.learner, environment: settings.world,
      sparsity: settings.sparsity.spelling, seed: settings.seed,
      environmentStep: try run.agentSteps(), totalSteps: settings.steps)
  }

  private static func paths(_ path: String) throws(UserError) -> Entry {
    let run = try PathRunFolder(opening: path)
    let settings = try run.settings()
    return Entry(
      path: run.path, kind: .paths, algorithm: settings.model, environment: settings.data,
      sparsity: settings.sparsity.spelling, seed: settings.seed,
      environmentStep: try run.checkpoints.steps().last ?? 0, totalSteps: settings.steps)
  }

  private static func agent(_ path: String) throws(UserError) -> Entry {
    let run = try RunFolder(opening: path)
    let configuration = try run.configuration()
    let evaluations: [EvaluationRecord] = try JSONLines.read(run.evaluationsPath)
    return Entry(
      path: run.path, kind: .agent, algorithm: configuration.algorithm,
      environment: configuration.environment,
      sparsity: configuration.sparsity.spelling, seed: configuration.seed,
      environmentStep: try run.checkpoints.steps().last ?? 0, totalSteps: configuration.steps,
      lastReturn: evaluations.last?.meanReturn,
      bestReturn: evaluations.map(\.meanReturn).max())
  }
}
