import ArgumentParser
import Coppice

extension StudyCommand {
  /// `coppice study status`.
  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "status",
      abstract: "Shows how far a study is.",
      discussion: """
        Changes nothing, so it may be called at any time and from any machine.

        Examples:

          coppice study status studies/sparse-pendulum
          coppice study status studies/sparse-pendulum --json
        """)

    @Argument(help: ArgumentHelp("The folder of a study.", valueName: "folder"))
    var folder: String

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let status = try StudyStatus(of: try StudyFolder(opening: folder))
      if json { return try Console.say(json: status) }
      Console.say(status.table.description)
      for member in status.members {
        if let error = member.error { Console.complain("\(member.name): \(error)") }
      }
      Console.complain(status.summary)
    }
  }
}
