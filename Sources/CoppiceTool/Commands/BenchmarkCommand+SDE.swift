import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark brownian`.
  struct Brownian: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "brownian",
      abstract: "Measures sources of Brownian motion.",
      discussion: """
        The span from 0 to 1 is cut into pieces, and every source is asked for all of them: in order, in \
        order and back again, or at random. Every measurement makes a source of its own, which is measured \
        too. One thread.

        Example:

          coppice benchmark brownian --sizes 1,2560,32768 --intervals 10,100,1000 --json
        """)

    @Option(
      parsing: .unconditional, help: "Numbers of an increment, between commas.",
      transform: Amount.list)
    var sizes = [1, 2560, 32768]

    @Option(
      parsing: .unconditional, help: "Into how many pieces, between commas.",
      transform: Amount.list)
    var intervals = [10, 100, 1000]

    @Option(
      help: ArgumentHelp("forward, forward_backward, random, between commas.", valueName: "orders"))
    var orders = "forward,forward_backward,random"

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let orders = try orders.split(separator: ",").map { name in
        guard let order = BrownianBenchmark.Order(rawValue: String(name)) else {
          throw ValidationError(
            "there is no order \(name); expected forward, forward_backward or random")
        }
        return order
      }
      let report = BrownianBenchmark().run(sizes: sizes, intervals: intervals, orders: orders)
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
    }
  }

  /// `coppice benchmark sde`.
  struct SDE: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sde",
      abstract: "Measures solutions of neural equations and their gradients.",
      discussion: """
        Drift and diffusion are small networks; equations are solved from 0 to 1 with new noise each time, \
        and the gradients of all parameters found by four ways that take turns.

        Example:

          coppice benchmark sde --states 32 --batches 128 --steps 10,100 --threads 2 --json
          coppice benchmark sde --states 96 --sparsity dense,static@80%,2:4 --batches 1024 --steps 10
        """)

    @Option(help: ArgumentHelp("diagonal, general, between commas.", valueName: "noises"))
    var noises = "diagonal,general"

    @Option(
      parsing: .unconditional,
      help:
        "Numbers of a state, between commas; 32 has 64 hidden units, 96 has 128, others twice as many.",
      transform: Amount.list)
    var states = [32, 96]

    @Option(parsing: .unconditional, help: "Samples, between commas.", transform: Amount.list)
    var batches = [128, 1024]

    @Option(parsing: .unconditional, help: "Steps, between commas.", transform: Amount.list)
    var steps = [10, 100]

    @Option(
      help: ArgumentHelp(
        "Which weights of drift and diffusion are kept, between commas.", valueName: "expressions"))
    var sparsity = "dense"

    @Option(parsing: .unconditional, help: "Threads.", transform: Amount.positive)
    var threads = 1

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
      var benchmark = SDEBenchmark()
      benchmark.threads = threads
      benchmark.sparsities = try sparsity.split(separator: ",").map {
        try SparsityExpression(String($0))
      }
      let noises = try noises.split(separator: ",").map { name in
        guard let noise = NoiseStructure(rawValue: String(name)),
          [.diagonal, .general].contains(noise)
        else { throw ValidationError("there is no noise \(name); expected diagonal or general") }
        return noise
      }
      let equations = states.flatMap { state in
        noises.map {
          SDEBenchmark.Equation(noise: $0, state: state, width: state == 96 ? 128 : 2 * state)
        }
      }
      let report = try benchmark.run(equations, batches: batches, steps: steps)
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
    }
  }
}
