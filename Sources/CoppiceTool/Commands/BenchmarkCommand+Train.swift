import ArgumentParser
import Coppice

extension BenchmarkCommand {
  /// `coppice benchmark train`.
  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "train",
      abstract: "Measures whole training steps: act, environment step, store, one update.",
      discussion: """
        Every step is the one of training, on a replay that is full from the beginning. Updates alone \
        take their turn in between, so that the rows tell what the rest of a step costs.

        With --on-request another program decides whose turn it is: for every line of standard input, \
        which holds a number of seconds, one variant trains that long and answers with one line of \
        JSON, the steps and the seconds they took. Zero seconds are one step.

        Examples:

          coppice benchmark train --env HalfCheetah-v5 --sparsity dense,2:4 --json
          printf '0\\n2\\n2\\n' | coppice benchmark train --sparsity 2:4 --on-request
        """)

    @OptionGroup var options: Options

    @Flag(help: "Takes a turn for every line of standard input, and answers with a line of JSON.")
    var onRequest = false

    func run() throws {
      let variants = try options.variants()
      var benchmark = try TrainBenchmark(environment: options.environment)
      try options.configure(&benchmark.update)
      guard onRequest else {
        let report = try benchmark.run(variants)
        if options.json { return try Console.say(json: report) }
        return Console.say(report.table.description)
      }
      guard let variant = variants.first, variants.count == 1 else {
        throw UserError(
          .configuration, found: "--on-request with --sparsity \(options.sparsity)",
          expected: "one variant", action: "name one, such as --sparsity 2:4")
      }
      var requests = TurnRequests()
      try benchmark.takeTurns(
        variant.rule, request: { () throws(UserError) in try requests.next() },
        answer: { (turn) throws(UserError) in
          Console.say(String(decoding: try JSONText.encode(turn), as: UTF8.self))
        })
    }
  }
}

/// The turns that standard input asks for, a number of seconds on every line.
private struct TurnRequests {
  private var lineNumber = 0

  /// The seconds of the next turn; nothing at the end of the input.
  mutating func next() throws(UserError) -> Double? {
    guard let line = readLine() else { return nil }
    lineNumber += 1
    guard let seconds = Double(line), (0...86_400).contains(seconds) else {
      throw UserError(
        .configuration, found: "line \(lineNumber) of standard input, \"\(line)\"",
        expected: "the seconds of a turn, from 0 to 86400", action: "write a number, such as 2")
    }
    return seconds
  }
}
