import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark world`.
  struct World: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "world",
      abstract: "Measures worlds of many agents: steps, observations, memory.",
      discussion: """
        Two armies are mixed all over the field and act at random, so that there is fighting. Rates count \
        living agents times steps, of 50 steps after 50 others; choosing actions is not measured. \
        Observations go to the panels that networks read, some hundreds of agents at a time, or to arrays \
        for everybody.

        Example:

          coppice benchmark world --agents 1000,100000,1000000 --threads 2 --json
        """)

    @Option(help: ArgumentHelp("Which world: battle.", valueName: "name"))
    var world = "battle"

    @Option(help: ArgumentHelp("How many agents, between commas.", valueName: "counts"))
    var agents = "1000,10000,100000"

    @Option(help: ArgumentHelp("Threads of a step.", valueName: "count"))
    var threads = 1

    @Option(help: ArgumentHelp("Agents for each cell at the beginning.", valueName: "agents"))
    var density = 0.08

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      guard world == "battle" else {
        throw ValidationError("there is no world \(world) to measure; expected battle")
      }
      let counts = agents.split(separator: ",").map { Int($0) ?? -1 }
      guard !counts.isEmpty, counts.allSatisfy({ (2...16_000_000).contains($0) }) else {
        throw ValidationError("--agents is \(agents); expected numbers from 2 to 16000000")
      }
      guard (1...256).contains(threads), density > 0, density <= 0.9 else {
        throw ValidationError("--threads is from 1 to 256, and --density above 0 and up to 0.9")
      }
      var benchmark = WorldBenchmark()
      (benchmark.threads, benchmark.density) = (threads, density)
      let report = try benchmark.run(counts)
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
    }
  }
}
