import CoppiceReports
import CoppiceTensors

/// The evaluations of a training as a CSV file, written anew whenever there are more.
struct WorldEvaluationTable {
  /// The first line.
  static let header =
    "environment_step,agent_steps,policy,opponent,games,won,drawn,lost,survivors,others,reward"

  /// The lines behind the first, without their ends.
  private(set) var lines: [String] = []
  private let path: String

  /// The table at `path`, which need not exist, up to a step of the world.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when it is none.
  init(_ path: String, through step: Int) throws(UserError) {
    self.path = path
    guard Folder.exists(path) else { return }
    var all = try TextFile.read(path).split(separator: "\n").map(String.init)
    guard !all.isEmpty, all.removeFirst() == Self.header else { throw Self.damaged(path, 1) }
    for (index, line) in all.enumerated() {
      guard let first = line.split(separator: ",").first, let own = Int(first) else {
        throw Self.damaged(path, index + 2)
      }
      if own <= step { lines.append(line) }
    }
  }

  /// Adds evaluations, and writes the table.
  mutating func append(
    _ evaluations: [WorldEvaluation], environmentStep: Int, agentSteps: Int
  ) throws(UserError) {
    for own in evaluations {
      let numbers = [own.games, own.won, own.drawn, own.lost, own.survivors, own.others]
      lines.append(
        CSVText.row(
          ["\(environmentStep)", "\(agentSteps)", own.policy, own.opponent]
            + numbers.map { "\($0)" } + [CSVText.number(own.reward)]))
    }
    try write()
  }

  /// Writes the table.
  func write() throws(UserError) {
    try TextFile.write(([Self.header] + lines).map { $0 + "\n" }.joined(), to: path)
  }

  private static func damaged(_ path: String, _ line: Int) -> UserError {
    UserError(
      .checkpoint, found: "\(path), line \(line), is no line of evaluations",
      action: "restore the file from a copy, or remove it")
  }
}
