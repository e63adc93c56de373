import ArgumentParser
import Coppice

extension StudyCommand {
  /// `coppice study plan`.
  struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan",
      abstract: "Shows the members of a study, with their numbers.",
      discussion: """
        Every member is checked. With --out the folder of the study is made as well, for array jobs \
        that work in it.

        Examples:

          coppice study plan sparse-pendulum.toml
          coppice study plan sparse-pendulum.toml --json
        """)

    @OptionGroup var options: StudyOptions

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let study = try options.read()
      if options.folder != nil || options.extend { _ = try options.open(study) }
      let listing = StudyListing(study)
      if json { return try Console.say(json: listing) }
      Console.say(listing.table.description)
    }
  }
}
