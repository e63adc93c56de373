public import CoppiceReports
public import CoppiceTensors

/// What `coppice runs prune` says: which runs lose what, and which stay as they are.
public struct PruningReport: Codable, Sendable, Equatable {
  /// A run that is pruned.
  public struct Run: Codable, Sendable, Equatable {
    /// The run folder.
    public var path: String
    /// What goes.
    public var parts: [RunPruning.Part]

    /// How many bytes become free.
    public var byteCount: Int { parts.reduce(0) { $0 + $1.byteCount } }
  }

  /// A run that stays as it is.
  public struct Kept: Codable, Sendable, Equatable {
    /// The run folder.
    public var path: String
    /// Why.
    public var reason: String
  }

  /// The format of this value.
  public var schema = 1
  /// Whether it was done; otherwise it would be.
  public var removed: Bool
  /// How many bytes become free in all.
  public var byteCount = 0
  /// The runs that are pruned, by path.
  public var runs: [Run] = []
  /// The runs that stay as they are, by path.
  public var kept: [Kept] = []
  /// What could not be read, and why.
  public var unreadable: [String]
  /// The finished runs that could not be pruned, in words of their errors.
  public var failures: [UserError] = []

  private enum CodingKeys: String, CodingKey {
    case schema
    case removed
    case byteCount = "byte_count"
    case runs
    case kept
    case unreadable
  }

  /// Prunes all finished runs in folders, or says what that would remove.
  ///
  /// - Parameters:
  ///   - paths: Folders that hold runs, or are runs.
  ///   - removing: Whether anything is removed.
  /// - Throws: `UserError` of kind `file` when a folder cannot be read, and as ``RunPruning/init(of:)``
  ///   for a folder that is itself a run.
  public init(pruning paths: [String], removing: Bool) throws(UserError) {
    removed = removing
    let listing = try RunListing(of: paths)
    unreadable = listing.unreadable
    for run in listing.runs {
      do throws(UserError) {
        try prune(run.path)
      } catch {
        if paths.map(RunFolder.trimmed).contains(run.path) { throw error }
        if run.isFinished, run.kind == .agent {
          failures.append(error)
        } else {
          kept.append(Kept(path: run.path, reason: error.found))
        }
      }
    }
  }

  private mutating func prune(_ path: String) throws(UserError) {
    let pruning = try RunPruning(of: path)
    if pruning.parts.isEmpty {
      kept.append(Kept(path: path, reason: "\(path) was pruned before"))
      return
    }
    if removed { try pruning.carryOut() }
    runs.append(Run(path: path, parts: pruning.parts))
    byteCount += pruning.byteCount
  }

  /// The runs that are pruned as a table.
  public var table: TextTable {
    var table = TextTable([("run", .left), ("frees", .right), ("removes", .left)])
    for run in runs {
      table.add([
        run.path, ByteText.text(run.byteCount), run.parts.map(\.path).joined(separator: ", "),
      ])
    }
    return table
  }
}
