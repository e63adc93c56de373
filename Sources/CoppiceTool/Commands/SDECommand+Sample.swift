import ArgumentParser
import Coppice

extension SDECommand {
  /// `coppice sde sample`.
  struct Sample: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sample",
      abstract: "Writes new paths, in the units and at the times of the data.",
      discussion: """
        The same seed gives the same paths; with more of them the first ones stay. They are CSV, and tensors where \
        the file's name ends in .safetensors: times, [T], and values, [paths, T, channels].

        Examples:

          coppice sde sample runs/mine --paths 1000 --out samples.csv
          coppice sde sample runs/mine --paths 1000 --out samples.safetensors
          coppice sde sample runs/mine --paths 5 --seed 2
        """)

    @OptionGroup var sampling: Sampling

    @Option(
      help: ArgumentHelp("The file. (default: standard output)", valueName: "file"))
    var out: String?

    func run() throws {
      let paths = try sampling.model().sample(
        sampling.paths, averaged: sampling.averaged, key: sampling.key)
      guard let out else {
        // a line ends with what is said
        return Console.say(String(decoding: paths.csv.dropLast(), as: UTF8.self))
      }
      try PathFile.write(paths, to: out)
      Console.say(out)
    }
  }
}
