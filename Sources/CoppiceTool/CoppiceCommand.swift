import ArgumentParser
import Coppice

/// `coppice`: the command that holds all others.
struct CoppiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coppice",
    abstract: "Trains sparse reinforcement learning agents, fast, on a CPU.",
    discussion: """
      A run is a folder. `train` makes one, `resume` continues it after any interruption, \
      `evaluate` plays its policy.

      Try it; this takes about a minute:

        coppice train --env Pendulum-v1 --sparsity 2:4 --out runs/first
        coppice evaluate runs/first --episodes 10

      Exit codes: 0 done; 64 a flag, recipe or name makes no sense; 65 a checkpoint or run folder \
      cannot be used; 69 something has to be installed; 70 a loss is no longer finite; 74 a file \
      cannot be read or written; 76 an environment broke its contract; 130 or 143 stopped by Ctrl-C \
      or SIGTERM, after a checkpoint.
      """,
    version: coppiceVersion,
    subcommands: [
      TrainCommand.self, ResumeCommand.self, EvaluateCommand.self, RunsCommand.self,
      StudyCommand.self, ReproduceCommand.self, ListCommand.self, DoctorCommand.self,
      BenchmarkCommand.self, WorldCommand.self, SDECommand.self, PlotCommand.self,
      ReportCommand.self,
    ])
}
