import ArgumentParser
import Coppice

extension WorldCommand {
  /// `coppice world show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Prints a world as TOML, to begin one of your own with.",
      discussion: """
        What is as usual is left out. A file is checked as well: everybody has to find a place.

        Example:

          coppice world show pursuit --agents 1000
        """)

    @OptionGroup var choice: Choice

    func run() throws {
      let description = try choice.description()
      if choice.agents == nil { _ = try GridWorld(description, key: RandomKey(seed: 0)) }
      Console.say(String(try WorldFile.text(of: description).dropLast()))
    }
  }
}
