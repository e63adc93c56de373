import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark crowd`.
  struct Crowd: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "crowd",
      abstract: "Measures how long many agents take to act by one network, and to learn.",
      discussion: """
        Two armies are mixed all over a field, and every soldier acts by the network that MAgent's learners use, \
        at random in half of its steps. A cycle is everything that a step of training takes: observe, choose, step, \
        store, and one update. A million soldiers that learn need about 3 GB. Zeros by Erdős–Rényi proportions, as of \
        static@95%, lie in the large dense layer and leave convolutions nearly whole; N:M gives every layer its share.

        Example:

          coppice benchmark crowd --agents 1000000 --sparsity dense,1:8x4,1:16x4 --cycles 20
        """)

    @Option(parsing: .unconditional, help: "How many agents.", transform: Amount.positive)
    var agents = 1_000_000

    @Option(help: "Which variants, between commas.")
    var sparsity = "dense,static@90%,static@95%,1:16x4"

    @Option(parsing: .unconditional, help: "Threads of everything.", transform: Amount.positive)
    var threads = 2

    @Option(
      parsing: .unconditional, help: "Steps in which everybody acts.", transform: Amount.positive)
    var steps = 3

    @Option(
      parsing: .unconditional, help: "Steps in which everybody learns besides; 0 for none.",
      transform: Amount.whole)
    var cycles = 0

    @Option(parsing: .unconditional, help: "Samples of a batch.", transform: Amount.positive)
    var batch = 256

    @Flag(help: "Prints JSON.")
    var json = false

    func validate() throws {
      guard threads <= 256, agents >= 2 else {
        throw ValidationError("--threads is from 1 to 256, and --agents 2 or more")
      }
    }

    func run() throws {
      var benchmark = CrowdBenchmark()
      (benchmark.agents, benchmark.threads, benchmark.batch) = (agents, threads, batch)
      (benchmark.steps, benchmark.cycles) = (steps, cycles)
      let report = try benchmark.run(sparsity.split(separator: ",").map(String.init))
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
    }
  }
}
