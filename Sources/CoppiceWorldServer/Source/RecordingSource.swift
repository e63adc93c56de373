public import CoppiceExperiments
public import CoppiceGridWorld
public import CoppiceTensors

/// Frames of a recording.
public final class RecordingSource: WorldSource {
  private let recording: WorldRecording

  /// Frames of `recording`.
  public init(_ recording: WorldRecording) { self.recording = recording }

  /// What stays as it is.
  public var world: RecordedWorld { recording.world }
  /// How many frames there are.
  public var frameCount: Int? { recording.frameCount }

  /// A frame; the last for any that lies behind it.
  public func frame(_ index: Int) throws(UserError) -> WatchedFrame? {
    guard recording.frameCount > 0 else { return nil }
    let index = min(max(0, index), recording.frameCount - 1)
    var frame = WorldFrame()
    try recording.read(index, into: &frame)
    return WatchedFrame(index: index, isLast: index == recording.frameCount - 1, frame: frame)
  }
}
