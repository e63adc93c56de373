import ArgumentParser
import Coppice

extension RunsCommand {
  /// `coppice runs list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Lists the runs in folders.",
      discussion: """
        Shows how far each run is and what its evaluations returned; trainings of worlds count steps of \
        agents, models of paths updates, and have no returns. Runs are looked for in the \
        folders and up to \(RunListing.depth) levels below.

        A filter that is given several times lets runs through that fit one of its values; \
        different filters have to fit all.

        Examples:

          coppice runs list
          coppice runs list runs Results --json
          coppice runs list --env Hopper-v5 --sparsity 90% --seed 1-4 --unfinished
        """)

    @Argument(
      help: ArgumentHelp("The folders that hold run folders.", valueName: "folder"))
    var folders = ["runs"]

    @Option(
      name: .customLong("env"),
      help: ArgumentHelp("Only runs in this environment.", valueName: "id"))
    var environments: [String] = []

    @Option(
      name: .customLong("algorithm"),
      help: ArgumentHelp("Only runs of this algorithm.", valueName: "name"))
    var algorithms: [String] = []

    @Option(
      name: .customLong("sparsity"),
      help: ArgumentHelp(
        "Only runs that keep these weights: dense, 2:4, rigl@90%, …", valueName: "sparsity"))
    var sparsities: [String] = []

    @Option(
      name: .customLong("seed"), parsing: .unconditional,
      help: ArgumentHelp("Only runs with these seeds: 1,2 or 1-4.", valueName: "list"),
      transform: Amount.distinct)
    var seeds: [Int]?

    /// Whether all steps were taken.
    enum State: String, EnumerableFlag {
      case finished, unfinished

      static func help(for value: State) -> ArgumentHelp? {
        switch value {
        case .finished: "Only runs that took all their steps."
        case .unfinished: "Only runs that did not."
        }
      }
    }

    @Flag(exclusivity: .exclusive)
    var state: State?

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let all = try RunListing(of: folders)
      let listing = all.filtered(by: try filter())
      if json { return try Console.say(json: listing) }
      for problem in listing.unreadable { Console.complain("Cannot read \(problem)") }
      if !listing.runs.isEmpty {
        Console.say(listing.table.description)
      } else if !all.runs.isEmpty {
        Console.complain("None of the runs in \(place) fits; there are \(all.runs.count).")
      } else if listing.unreadable.isEmpty {
        Console.complain("There are no runs in \(place); `coppice train` makes one.")
      }
    }

    private var place: String { folders.joined(separator: ", ") }

    private func filter() throws -> RunFilter {
      RunFilter(
        environments: environments, algorithms: algorithms,
        sparsities: try sparsities.map { try SparsityExpression($0) },
        seeds: (seeds ?? []).map(UInt64.init), isFinished: state.map { $0 == .finished })
    }
  }
}
