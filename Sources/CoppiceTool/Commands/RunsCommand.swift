import ArgumentParser
import Coppice

/// `coppice runs`.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Lists the runs in a folder.",
    discussion: """
      Shows how far each run is and what its evaluations returned.

      Examples:

        coppice runs
        coppice runs Results --json
      """)

  @Argument(help: ArgumentHelp("The folder that holds run folders.", valueName: "folder"))
  var folder = "runs"

  @Flag(help: "Prints JSON.")
  var json = false

  func run() throws {
    let listing = try RunListing(of: folder)
    if json { return try Console.say(json: listing) }
    for problem in listing.unreadable { Console.complain("Cannot read \(problem)") }
    if !listing.runs.isEmpty {
      Console.say(listing.table.description)
    } else if listing.unreadable.isEmpty {
      Console.complain("There are no runs in \(folder); `coppice train` makes one.")
    }
  }
}
