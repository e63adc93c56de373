import ArgumentParser
import Coppice

extension SDECommand {
  /// `coppice sde sample`.
  struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sample",
      abstract: "Writes new paths as CSV, in the units and at the times of the data.",
      discussion: """
        The same seed gives the same paths; with more of them the first ones stay.

        Examples:

          coppice sde sample runs/mine --paths 1000 --out samples.csv
          coppice sde sample runs/mine --paths 5 --seed 2
        """)

    @OptionGroup var sampling: Sampling

    @Option(
      help: ArgumentHelp("The file. (default: standard output)", valueName: "file"))
    var out: String?

    func run() throws {
      let paths = try sampling.model().sample(
        sampling.paths, averaged: sampling.averaged, key: sampling.key)
      let text = String(decoding: paths.csv, as: UTF8.self)
      // a line ends with what is said
      guard let out else { return Console.say(String(text.dropLast())) }
      try TextFile.write(text, to: out)
      Console.say(out)
    }
  }
}
