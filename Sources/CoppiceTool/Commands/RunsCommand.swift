import ArgumentParser

/// `coppice runs`.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Lists and compares runs.",
    discussion: """
      Without the name of a subcommand, runs are listed.

      Examples:

        coppice runs
        coppice runs Results --json
        coppice runs list --env Hopper-v5 --unfinished
        coppice runs diff runs/first runs/second
      """,
    subcommands: [List.self, Diff.self], defaultSubcommand: List.self)
}
