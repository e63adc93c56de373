import ArgumentParser
import Coppice

extension StudyCommand {
  /// `coppice study run`.
  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Runs all members of a study, several at once.",
      discussion: """
        Each member is a process of its own, and as many run at once as there are cores and as memory \
        allows. One that fails is tried once more; what fails again is told at the end. Several \
        processes may run one study: they share its members.

        Ctrl-C and SIGTERM stop all of them with a checkpoint; the same command goes on from there.

        Examples:

          coppice study run sparse-pendulum.toml
          coppice study run sparse-pendulum.toml --workers 4 --out studies/first
          coppice study run studies/first
        """)

    @OptionGroup var options: StudyOptions

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "How many members run at once. (default: as many as have cores)", valueName: "count"),
      transform: Amount.positive)
    var workers: Int?

    @Option(
      parsing: .unconditional,
      help: "Threads of each member; the result does not depend on them. (default: 1)",
      transform: Amount.positive)
    var threads: Int?

    @Flag(help: "Shows no progress; errors and warnings still appear.")
    var quiet = false

    func run() throws {
      let interruption = Interruption()
      let study = try options.read()
      try study.check()
      let folder = try options.open(study)
      let display = StudyDisplay(folder, isQuiet: quiet)
      let outcome: StudyPool.Outcome
      do throws(UserError) {
        outcome = try StudyPool(folder, workers: workers, threads: threads).run(
          observer: display, shouldStop: { interruption.signalNumber != nil })
      } catch {
        display.finish()
        throw error
      }
      display.finish()
      let status = try StudyStatus(of: folder)
      Console.say("\(study.name): \(status.summary), in \(folder.path)")
      for failure in outcome.failures {
        Console.complain(
          "Error: member \(failure.member.number), \(failure.member.name): \(failure.error)")
      }
      if outcome.wasStopped, let code = interruption.exitCode {
        Console.complain("Stopped, with checkpoints; run it again to go on.")
        throw ExitCode(code)
      }
      if !outcome.failures.isEmpty { throw ExitCode(Self.failureCode) }
    }

    /// What a study ends with whose members failed: each has its own code in `study work`.
    private static let failureCode: Int32 = 1
  }
}
