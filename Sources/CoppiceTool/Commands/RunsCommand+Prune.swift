import ArgumentParser
import Coppice

extension RunsCommand {
  /// `coppice runs prune`.
  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "prune",
      abstract: "Removes what only a resume needs from finished runs.",
      discussion: """
        Of a finished run go its replay, which is most of what it takes on the disk, all checkpoints \
        but the last, and what the last one has beside policy and networks. `evaluate`, `runs` and \
        `train --from` work as before; the run can never be resumed again.

        Says what it would remove; --yes removes it. Runs that are not finished stay as they are, and \
        so do those that another process writes into.

        Examples:

          coppice runs prune
          coppice runs prune runs/first --yes
        """)

    @Argument(
      help: ArgumentHelp("Run folders, or folders that hold them.", valueName: "folder"))
    var folders = ["runs"]

    @Flag(help: "Removes it, for good.")
    var yes = false

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let report = try PruningReport(pruning: folders, removing: yes)
      if json { try Console.say(json: report) } else { show(report) }
      guard let failure = report.failures.first else { return }
      for failure in report.failures { Console.complain("Error: \(failure)") }
      throw ExitCode(failure.kind.exitCode)
    }

    private func show(_ report: PruningReport) {
      for problem in report.unreadable { Console.complain("Cannot read \(problem)") }
      for run in report.kept { Console.complain("Left alone: \(run.reason)") }
      let size = ByteText.text(report.byteCount)
      if report.runs.isEmpty {
        Console.complain("There is nothing to remove in \(folders.joined(separator: ", ")).")
      } else if yes {
        Console.say("\(report.table)\nRemoved \(size).")
      } else {
        Console.say("\(report.table)\nNothing was removed; --yes removes \(size) for good.")
      }
    }
  }
}
