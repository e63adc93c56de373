public import CoppiceGridWorld
public import CoppiceTensors

/// What recording an episode took.
public struct WorldRecordingReport: Sendable, CustomStringConvertible {
  /// Frames, the beginning included.
  public var frames: Int
  /// Agents of all frames.
  public var agentFrames: Int
  /// Bytes of the file.
  public var bytes: Int
  /// Seconds of choosing actions and of steps.
  public var playSeconds: Double
  /// Seconds of taking frames and measures, and of writing them.
  public var recordSeconds: Double

  /// Bytes for each agent and frame.
  public var bytesPerAgentFrame: Double { Double(bytes) / Double(max(1, agentFrames)) }

  /// A line for people.
  public var description: String {
    func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    return
      "\(frames) frames, \(bytes) bytes, \(rounded(bytesPerAgentFrame)) for each agent and frame; "
      + "\(rounded(playSeconds)) s of playing, \(rounded(recordSeconds)) s of recording"
  }
}

extension WorldRecorder {
  /// Plays `world` and records it: its beginning and every step, until `steps` are done or it is over.
  ///
  /// - Parameters:
  ///   - world: From where it stands.
  ///   - players: Who chooses actions.
  ///   - steps: At most.
  ///   - path: The file.
  ///   - measures: Where measures of every step go, if anywhere, and who plays each group; it is finished in the end.
  /// - Returns: What it took.
  /// - Throws: `UserError` of kind `file` when it cannot be written.
  public static func record(
    _ world: GridWorld, _ players: some Players, steps: Int, to path: String,
    measures: (file: WorldMeasureFile, players: [String])? = nil
  ) throws(UserError) -> WorldRecordingReport {
    let recorder = try WorldRecorder(path, RecordedWorld(world))
    let capture = FrameCapture(of: world)
    let measurement = measures.map { WorldMeasurement(of: world, $0.file.measures) }
    var frame = WorldFrame()
    var report = WorldRecordingReport(
      frames: 0, agentFrames: 0, bytes: 0, playSeconds: 0, recordSeconds: 0)
    for step in 0...steps {
      let start = secondsNow()
      if step > 0 {
        if world.isOver { break }
        players.choose(in: world)
        world.step()
      }
      let played = secondsNow()
      capture.take(&frame)
      try recorder.record(frame)
      if step > 0, let measures, let measurement {
        measurement.take()
        try measures.file.add(measurement, players: measures.players)
      }
      let recorded = secondsNow()
      if step > 0 { world.clearDead() }
      report.playSeconds += played - start + secondsNow() - recorded
      report.recordSeconds += recorded - played
      report.agentFrames += frame.agents.count
    }
    try recorder.finish()
    try measures?.file.finish()
    (report.frames, report.bytes) = (recorder.frameCount, recorder.fileByteCount)
    return report
  }
}
