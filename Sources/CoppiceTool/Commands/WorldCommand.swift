import ArgumentParser
import Coppice

/// `coppice world`.
struct WorldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "world",
    abstract: "Records, draws and shows worlds of many agents.",
    discussion: """
      A recording is a file of an episode, frame by frame; see Documentation/Formats.md.

      Examples:

        coppice world record battle --agents 1000 --steps 200 --out battle.world
        coppice world render battle.world --out battle.gif
        coppice world watch battle.world
      """,
    subcommands: [Record.self, Render.self, Watch.self])
}

/// Which world, and by which numbers it is played.
struct PlayedWorldOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "How many agents a battle has, all over the field. (default: two blocks of 81)",
    transform: Amount.positive)
  var agents: Int?

  @Option(parsing: .unconditional, help: "Seed of everything random.", transform: Amount.whole)
  var seed = 1

  @Option(parsing: .unconditional, help: "Threads of a step.", transform: Amount.positive)
  var threads = 1

  func validate() throws {
    guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
  }

  /// The world called `name`, and who plays it.
  func open(_ name: String) throws -> (world: GridWorld, players: RandomPlayers) {
    let description = try NamedWorld(name).description(agents: agents)
    let key = RandomKey(seed: UInt64(seed))
    let world = try GridWorld(
      description, key: key.split("world"), pool: WorkerPool(threadCount: threads))
    return (world, RandomPlayers(key: key.split("players")))
  }
}
