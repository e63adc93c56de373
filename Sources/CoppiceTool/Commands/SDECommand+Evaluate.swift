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
        to be. `coppice list distances` says what is measured. `real-or-fake` and `prediction` train networks of \
        their own, which takes minutes where paths are long; --distances leaves out what is not asked for.

        Examples:

          coppice sde evaluate runs/mine
          coppice sde evaluate runs/mine --paths 5000 --json
          coppice sde evaluate runs/mine --distances ks,signature-mmd
        """)

    @OptionGroup var sampling: Sampling

    @Option(
      help: ArgumentHelp("Which distances, between commas. (default: all)", valueName: "names"))
    var distances: String?

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
      let all = PathMetricCatalogue.standard
      let catalogue = try distances.map { names throws in
        let names = names.split(separator: ",", omittingEmptySubsequences: false)
        return try all.named(names.map(String.init))
      }
      let evaluation = try PathEvaluation(
        of: sampling.model(), paths: sampling.paths, averaged: sampling.averaged,
        key: sampling.key, catalogue: catalogue ?? all)
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
