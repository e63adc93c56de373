import CoppiceGridWorld
import CoppiceReports
public import CoppiceTensors

/// Frames of a recording as a picture or a film.
public struct WorldFilm: Sendable {
  private let recording: WorldRecording
  private let painter: WorldPainter

  /// Pictures of `recording` by `painter`.
  public init(_ recording: WorldRecording, _ painter: WorldPainter) {
    (self.recording, self.painter) = (recording, painter)
  }

  private func picture(_ index: Int) throws(UserError) -> IndexedPicture {
    var frame = WorldFrame()
    try recording.read(index, into: &frame)
    return painter.picture(of: frame)
  }

  /// A frame as PNG.
  public func writePNG(of index: Int, to path: String) throws(UserError) {
    try AtomicFile.write(PNGImage.encoded(try picture(index)), to: path)
  }

  /// Frames as a GIF that repeats for ever.
  ///
  /// - Precondition: There is a frame.
  public func writeGIF(
    of frames: [Int], framesPerSecond: Double, to path: String
  ) throws(UserError) {
    let image = GIFImage(try picture(frames[0]), framesPerSecond: framesPerSecond)
    var bytes = image.head
    for index in frames { bytes += image.encoded(try picture(index)) }
    try AtomicFile.write(bytes + image.tail, to: path)
  }

  /// Frames as MP4 by the program `ffmpeg`.
  ///
  /// - Throws: `UserError` of kind `missing` where there is no `ffmpeg`, of kind `file` where it fails.
  /// - Precondition: There is a frame.
  public func writeMP4(
    of frames: [Int], framesPerSecond: Double, to path: String
  ) throws(UserError) {
    let first = try picture(frames[0])
    let beside = AtomicFile.beside(path)
    let encoder = try FilmEncoder(
      width: first.width, height: first.height, framesPerSecond: framesPerSecond, path: beside)
    for index in frames { try encoder.write(try picture(index).rgb) }
    try encoder.finish(as: path)
  }
}
