import ArgumentParser
import Coppice

/// `coppice doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what is missing on this machine, and what mends it.",
    discussion: """
      Exit code 0 when everything is there, 69 when something is missing. Classic control, such as \
      Pendulum-v1, needs nothing but this program.
      """)

  @Flag(help: "Prints JSON.")
  var json = false

  func run() throws {
    let examination = Examination.ofThisMachine()
    if json {
      try Console.say(json: examination)
    } else {
      Console.say(examination.description)
    }
    if !examination.isReady { throw ExitCode(UserError.Kind.missing.exitCode) }
  }
}
