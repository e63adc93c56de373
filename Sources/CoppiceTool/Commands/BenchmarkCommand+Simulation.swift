import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark simulation`.
  struct Simulation: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "simulation",
      abstract: "Measures how fast MuJoCo tasks step, beside a bare loop of the simulation.",
      discussion: """
        The bare loop is C: it writes the controls, calls mj_step as often as the task and then \
        mj_rnePostConstraint. Both take the same actions by turns.

        Example:

          coppice benchmark simulation --env HalfCheetah-v5,Ant-v5
        """)

    @Option(
      name: .customLong("env"),
      help: ArgumentHelp("Which tasks, between commas; all without.", valueName: "ids"))
    var environments: String?

    @Option(
      parsing: .unconditional, help: "How often each loop takes its turn.",
      transform: Amount.positive)
    var rounds = 41

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let report = try SimulationBenchmarkReport(
        environments: environments?.split(separator: ",").map(String.init), rounds: rounds)
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
    }
  }
}
