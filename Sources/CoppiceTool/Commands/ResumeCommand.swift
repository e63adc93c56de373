import ArgumentParser
import Coppice

/// `coppice resume`.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Continues a run from its last checkpoint.",
    discussion: """
      The run ends with the same numbers, bit for bit, as if it had never stopped. What was logged \
      after the checkpoint is cut off and written again.

      The training of a world (`coppice world train`) is continued likewise, its --steps are those of agents; \
      and that of a model of paths (`coppice sde train`), whose --steps are updates.

      A damaged checkpoint is refused with a message that names the others; --from goes back to one \
      of them.

      Examples:

        coppice resume runs/first
        coppice resume runs/first --steps 2e6
        coppice resume runs/first --from 50000
      """)

  @Argument(help: ArgumentHelp("The run folder.", valueName: "folder"))
  var folder: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Environment steps in all, where the run should become longer.", valueName: "total"),
    transform: Amount.positive)
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The checkpoint to continue from. (default: the last)", valueName: "step"),
    transform: Amount.whole)
  var from: Int?

  @Option(
    parsing: .unconditional,
    help: "Threads that share the work from now on. (default: as before)",
    transform: Amount.positive)
  var threads: Int?

  @Flag(
    help: "Writes for TensorBoard from now on, all that was logged before included.")
  var tensorboard = false

  @Flag(help: "Shows no progress; errors and warnings still appear.")
  var quiet = false

  func run() throws {
    let kind = try RunKind(required: folder)
    guard kind == .agent || !tensorboard else {
      throw ValidationError("--tensorboard is for runs of `\(RunKind.agent.maker)`")
    }
    switch kind {
    case .world:
      try WorldTrainingConduct.conduct(
        WorldTraining(resuming: folder, from: from, totalSteps: steps, threads: threads),
        minutes: nil, quiet: quiet)
    case .paths:
      try PathTrainingConduct.conduct(
        PathTraining(resuming: folder, from: from, totalSteps: steps, threads: threads),
        minutes: nil, quiet: quiet)
    case .agent:
      let run = try TrainingRun(
        resuming: folder, from: from, totalSteps: steps, threads: threads,
        tensorboard: tensorboard ? true : nil)
      try Training.conduct(run, quiet: quiet)
    }
  }
}
