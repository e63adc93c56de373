import ArgumentParser
import Coppice

/// `coppice world`.
struct WorldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "world",
    abstract: "Shows and plays worlds of many agents.",
    discussion: """
      A world is a TOML file, or one of those that come with Coppice; see `coppice list worlds`.

      Examples:

        coppice world show battle > my-battle.toml
        coppice world play my-battle.toml --agents 10000 --steps 50
      """,
    subcommands: [Show.self, Play.self])

  /// A world, and how many agents it has.
  struct Choice: ParsableArguments {
    @Argument(help: ArgumentHelp("A world of Coppice, or a TOML file.", valueName: "name-or-file"))
    var world: String

    @Option(
      parsing: .unconditional,
      help: "So many agents in all, anywhere, in a world as large as they need.",
      transform: Amount.positive)
    var agents: Int?

    @Option(
      help: ArgumentHelp("With --agents: how many for each cell.", valueName: "agents"))
    var density: Double?

    func validate() throws {
      guard density == nil || agents != nil else {
        throw ValidationError("--density is for worlds of another number of --agents")
      }
    }

    /// The world that is meant.
    func description() throws -> WorldDescription {
      let description = try WorldFile.world(called: world)
      guard let agents else { return description }
      let scaled = try description.scaled(toAgents: agents, density: density)
      try scaled.validate()
      return scaled
    }
  }

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

  /// `coppice world play`.
  struct Play: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "play",
      abstract: "Plays a world with agents that act by chance.",
      discussion: """
        The digest is the same for the same world, seed and steps, on any number of threads.

        Example:

          coppice world play tiger-deer --steps 300 --seed 1
        """)

    @OptionGroup var choice: Choice

    @Option(parsing: .unconditional, help: "At most how many steps.", transform: Amount.positive)
    var steps = 100

    @Option(help: "Where all randomness comes from.")
    var seed: UInt64 = 0

    @Option(parsing: .unconditional, help: "Threads of a step.", transform: Amount.positive)
    var threads = 1

    @Flag(help: "Prints JSON.")
    var json = false

    func validate() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
    }

    func run() throws {
      var play = WorldPlay()
      (play.threads, play.steps, play.seed) = (threads, steps, seed)
      let report = try play.run(choice.description())
      if json { return try Console.say(json: report) }
      Console.say(report.table.description)
      Console.say("\(report.end) after \(report.steps) steps, digest \(report.digest)")
    }
  }
}
