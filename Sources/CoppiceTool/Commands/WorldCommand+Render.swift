import ArgumentParser
import Coppice

extension WorldCommand {
  /// `coppice world render`.
  struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "render",
      abstract: "Draws a recording: a frame as PNG, or all as GIF or MP4.",
      discussion: """
        The ending of the name decides. An MP4 is encoded by the program ffmpeg, which has to be on the PATH. \
        Attacks are drawn where a cell has 4 pixels or more.

        Examples:

          coppice world render battle.world --out battle.png --frame 20
          coppice world render battle.world --out battle.gif --every 2
          coppice world render battle.world --out battle.mp4 --frames-per-second 20
        """)

    @Argument(help: ArgumentHelp("A recording.", valueName: "recording"))
    var recording: String

    @Option(name: .customLong("out"), help: ArgumentHelp("The picture.", valueName: "file"))
    var file: String

    @Option(
      parsing: .unconditional,
      help: "Pixels of a side of a cell. (default: up to 8, so that the picture is not too large)",
      transform: Amount.positive)
    var scale: Int?

    @Option(
      parsing: .unconditional, help: "Which frame a PNG shows, from 0. (default: the last)",
      transform: Amount.whole)
    var frame: Int?

    @Option(
      parsing: .unconditional, help: "Shows every so many frames of a film. (default: 1)",
      transform: Amount.positive)
    var every: Int?

    @Option(parsing: .unconditional, help: "How fast it plays.", transform: Amount.number)
    var framesPerSecond = 10.0

    private enum Kind: String, CaseIterable { case png, gif, mp4 }

    func validate() throws {
      guard (0.1...60).contains(framesPerSecond) else {
        throw ValidationError("--frames-per-second is from 0.1 to 60")
      }
    }

    func run() throws {
      let ending = file.split(separator: ".").last.map { $0.lowercased() }
      guard let kind = ending.flatMap(Kind.init(rawValue:)) else {
        throw ValidationError("--out is \(file); expected a name that ends in .png, .gif or .mp4")
      }
      guard kind == .png || frame == nil else {
        throw ValidationError("--frame for \(file), which shows many; leave it out, or name a .png")
      }
      guard kind != .png || every == nil else {
        throw ValidationError(
          "--every for \(file), which shows one frame; leave it out, or name a .gif or .mp4")
      }
      let recording = try WorldRecording(recording)
      let shown = frame ?? max(0, recording.frameCount - 1)
      guard shown < recording.frameCount else {
        throw ValidationError(
          "--frame is \(shown), and there are \(recording.frameCount) frames; expected from 0 to "
            + "\(recording.frameCount - 1)")
      }
      let scale = scale ?? WorldPainter.scale(of: recording.world, fitting: 1200)
      let film = WorldFilm(recording, WorldPainter(recording.world, scale: scale))
      let frames = Array(stride(from: 0, to: recording.frameCount, by: every ?? 1))
      switch kind {
      case .png: try film.writePNG(of: shown, to: file)
      case .gif: try film.writeGIF(of: frames, framesPerSecond: framesPerSecond, to: file)
      case .mp4: try film.writeMP4(of: frames, framesPerSecond: framesPerSecond, to: file)
      }
      Console.say(file)
    }
  }
}
