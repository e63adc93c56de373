import ArgumentParser
import Coppice

extension SDECommand {
  /// `coppice sde evaluate`.
  struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "evaluate",
      abstract: "Says how near the paths of a model are to real ones that it has not seen.",
      discussion: """
        Compares sampled paths with those that the run held back; smaller is nearer. Beside it stands what \
        the training paths, which are real, give by the same measures: nearer than that nothing can be known \
        to be. `coppice list distances` says what is measured.

        Examples:

          coppice sde evaluate runs/mine
          coppice sde evaluate runs/mine --paths 5000 --json
        """)

    @OptionGroup var sampling: Sampling

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let evaluation = try PathEvaluation(
        of: sampling.model(), paths: sampling.paths, averaged: sampling.averaged,
        key: sampling.key)
      if json { return try Console.say(json: evaluation) }
      Console.say(
        "\(evaluation.paths) paths after \(evaluation.step) updates against "
          + "\(evaluation.heldOutPaths) real ones")
      Console.say(evaluation.table.description)
      for own in evaluation.refusals {
        Console.complain("\(own.metric) is not measured: \(own.reason)")
      }
    }
  }
}
