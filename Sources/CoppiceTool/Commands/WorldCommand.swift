import ArgumentParser
import Coppice

/// `coppice world`.
struct WorldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "world",
    abstract: "Shows, plays, records and trains worlds of many agents.",
    discussion: """
      A world is a TOML file, or one of those that come with Coppice; see `coppice list worlds`. A recording \
      is a file of an episode, frame by frame; see Documentation/Formats.md.

      Examples:

        coppice world show battle > my-battle.toml
        coppice world watch my-battle.toml --agents 10000
        coppice world train battle --seed 1 --minutes 20 --out battle.safetensors
        coppice world evaluate battle.safetensors --opponent nearest
      """,
    subcommands: [
      Show.self, Play.self, Record.self, Render.self, Watch.self, Train.self, Evaluate.self,
    ])

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
}
