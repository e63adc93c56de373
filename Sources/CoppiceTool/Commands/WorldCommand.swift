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
        coppice world train battle --seed 1 --minutes 20 --out runs/battle
        coppice world evaluate runs/battle --opponent nearest
      """,
    subcommands: [
      Show.self, Play.self, Record.self, Render.self, Watch.self, Train.self, Evaluate.self,
      Rate.self,
    ])

  /// A world, and how many agents it has.
  struct Choice: ParsableArguments {
    @Argument(help: ArgumentHelp("A world of Coppice, or a file.", valueName: "name-or-file"))
    var world: String

    @Option(
      parsing: .unconditional,
      help: "So many agents in all, anywhere, in a world as large as they need.",
      transform: Amount.positive)
    var agents: Int?

    @Option(
      help: ArgumentHelp("With --agents: how many for each cell.", valueName: "agents"))
    var density: Double?

    @Option(
      parsing: .unconditional, help: "Cells of a side. (default: as usual)",
      transform: Amount.positive)
    var size: Int?

    func validate() throws {
      if let density, agents == nil {
        throw ValidationError(
          "--density \(density) without --agents; it is for worlds of another number of them")
      }
      if let size, let agents {
        throw ValidationError(
          "--size \(size) and --agents \(agents); a world of so many agents is as large as they need, "
            + "which --density says; leave one out")
      }
    }

    /// What the world is called: the last part of the file's name without what follows a dot.
    var name: String {
      let last = world.split(separator: "/").last ?? "world"
      return String(last.prefix { $0 != "." })
    }

    /// The world that is meant.
    func description() throws -> WorldDescription {
      let description = try WorldFile.world(called: world, size: size)
      guard let agents else { return description }
      let scaled = try description.scaled(toAgents: agents, density: density)
      try scaled.validate()
      return scaled
    }
  }
  /// A world that is played, and by which numbers.
  struct PlayedOptions: ParsableArguments {
    @OptionGroup var choice: Choice

    @Option(parsing: .unconditional, help: "Seed of everything random.", transform: Amount.whole)
    var seed = 1

    @Option(parsing: .unconditional, help: "Threads of a step.", transform: Amount.positive)
    var threads = 1

    func validate() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
    }

    @Option(
      help: ArgumentHelp(
        "Who plays: a run folder, or a policy; chance plays groups that none fits. (default: chance)",
        valueName: "folder-or-file"))
    var policy: String?

    @Option(
      name: .customLong("player"),
      help: ArgumentHelp(
        "Who plays one group, whatever --policy says: GROUP=WHO, where who is random, nearest, still, a run folder or a policy; may be repeated.",
        valueName: "group=who"))
    var assignments: [String] = []

    /// The world, who plays it, and what each group's player is called.
    func open() throws -> (world: GridWorld, players: any Players, names: [String]) {
      let key = RandomKey(seed: UInt64(seed))
      let pool = WorkerPool(threadCount: threads)
      let world = try GridWorld(choice.description(), key: key.split("world"), pool: pool)
      let players = key.split("players")
      guard policy != nil || !assignments.isEmpty else {
        return (world, RandomPlayers(key: players), world.groups.map { _ in "random" })
      }
      let named = try NamedPlayers(assignments, others: policy, in: world, pool: pool)
      return (world, GroupPlayers(named.policies, key: players), named.names)
    }
  }
}
