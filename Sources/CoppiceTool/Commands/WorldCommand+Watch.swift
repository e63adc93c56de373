import ArgumentParser
import Coppice
import CoppiceWorldServer

extension WorldCommand {
  /// `coppice world watch`.
  struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "watch",
      abstract: "Shows a recording, or a world as it is played, in a browser.",
      discussion: """
        Serves one page on 127.0.0.1, which no other machine can reach, until Ctrl-C. A world is played with \
        random actions, a step whenever the page asks for it. A file whose name ends in .world is a recording.

        Examples:

          coppice world watch battle.world
          coppice world watch battle --agents 100000 --threads 2 --port 8080
        """)

    @OptionGroup var options: PlayedOptions

    @Option(
      parsing: .unconditional, help: "On which port; 0 for any that is free.",
      transform: Amount.whole)
    var port = 8765

    func run() throws {
      let server = WorldServer(try source())
      let port = try server.start(port: port)
      Console.say("http://127.0.0.1:\(port)/")
      let interruption = Interruption()
      while interruption.signalNumber == nil { waitShortly() }
      server.stop()
    }

    private func source() throws -> any WorldSource {
      let shown = options.choice.world
      if shown.hasSuffix(".world") {
        guard options.choice.agents == nil else {
          throw ValidationError("--agents goes with a world, and \(shown) is a recording")
        }
        return RecordingSource(try WorldRecording(shown))
      }
      let (world, players, _) = try options.open()
      return LiveSource(world, players)
    }
  }
}
