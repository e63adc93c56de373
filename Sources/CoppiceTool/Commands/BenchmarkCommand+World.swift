import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark world`.
  struct World: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "world",
      abstract: "Measures worlds of many agents: steps, observations, memory.",
      discussion: """
        Two armies are mixed all over the field and act at random: many hit each other, hardly anybody dies. Rates count \
        living agents times steps, of 50 steps after 50 others; choosing actions is not measured. \
        Observations go to the panels that networks read, 64 agents of each thread at a time, or to arrays \
        for everybody.

        Example:

          coppice benchmark world --agents 1000,100000,1000000 --threads 2 --json
        """)

    @Option(help: ArgumentHelp("Which world: battle.", valueName: "name"))
    var world = "battle"

    @Option(
      parsing: .unconditional, help: "How many agents, between commas.", transform: Amount.list)
    var agents = [1000, 10_000, 100_000]

    @Option(parsing: .unconditional, help: "Threads of a step.", transform: Amount.positive)
    var threads = 1

    @Option(help: ArgumentHelp("Agents for each cell at the beginning.", valueName: "agents"))
    var density = 0.08

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      guard world == "battle" else {
        throw ValidationError("there is no world \(world) to measure; expected battle")
      }
      guard threads <= 256, density > 0, density <= 0.9 else {
        throw ValidationError("--threads is from 1 to 256, and --density above 0 and up to 0.9")
      }
      var benchmark = WorldBenchmark()
      (benchmark.threads, benchmark.density) = (threads, density)
      let report = try benchmark.run(agents)
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
    }
  }
}
