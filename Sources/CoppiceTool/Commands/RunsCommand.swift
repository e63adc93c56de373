import ArgumentParser

/// `coppice runs`.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Lists, compares and prunes runs.",
    discussion: """
      Without the name of a subcommand, runs are listed.

      Examples:

        coppice runs
        coppice runs Results --json
        coppice runs list --env Hopper-v5 --unfinished
        coppice runs diff runs/first runs/second
        coppice runs prune
      """,
    subcommands: [List.self, Diff.self, Prune.self], defaultSubcommand: List.self)
}
