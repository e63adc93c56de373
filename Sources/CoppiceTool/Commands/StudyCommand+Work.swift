import ArgumentParser
import Coppice

extension StudyCommand {
  /// `coppice study work`.
  struct Work: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "work",
      abstract: "Runs one member of a study in this process.",
      discussion: """
        Begins the member, or goes on from its last checkpoint, and ends with its exit code; a member \
        that is finished ends at once with 0. Array jobs of a cluster give the number: any number of \
        them may work in one folder. With [halving] a member goes as far as it may before others have \
        caught up; call it again then.

        Examples:

          coppice study work sparse-pendulum.toml --index 3
          coppice study work studies/sparse-pendulum --index $SLURM_ARRAY_TASK_ID
        """)

    @OptionGroup var options: StudyOptions

    @Option(
      parsing: .unconditional,
      help: ArgumentHelp("The number of the member, from 1.", valueName: "number"),
      transform: Amount.positive)
    var index: Int

    @Option(
      parsing: .unconditional,
      help: "Threads that share the work; the result does not depend on them. (default: 1)",
      transform: Amount.positive)
    var threads: Int?

    @Flag(help: "Shows no progress; errors and warnings still appear.")
    var quiet = false

    @Flag(help: ArgumentHelp("Stops when standard input ends.", visibility: .hidden))
    var untilInputEnds = false

    func run() throws {
      let interruption = Interruption()
      let folder = try options.open()
      let member = try folder.study.member(index)
      let display = ProgressDisplay(isQuiet: quiet)
      let outcome: StudyWorker.Outcome
      do throws(UserError) {
        outcome = try StudyWorker(folder, threads: threads).run(
          index,
          begun: { if !quiet { Console.complain("\(member.name), in \($0.folder.path)") } },
          observer: display
        ) { interruption.signalNumber != nil || (untilInputEnds && Console.inputHasEnded) }
      } catch {
        display.finish()
        throw error
      }
      display.finish()
      switch outcome {
      case .finished: Console.say("\(member.name): finished")
      case .paused(let step): Console.say("\(member.name): paused at step \(step)")
      case .stopped(let step):
        Console.complain("Stopped after \(step) steps, with a checkpoint; run it again to go on.")
        throw ExitCode(interruption.exitCode ?? 143)
      }
    }
  }
}
