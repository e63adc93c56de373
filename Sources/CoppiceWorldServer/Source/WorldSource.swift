public import CoppiceGridWorld
public import CoppiceTensors

/// Where the frames that are watched come from.
public protocol WorldSource: AnyObject, Sendable {
  /// What stays as it is.
  var world: RecordedWorld { get }
  /// How many frames there are; nothing where they are made as they are asked for.
  var frameCount: Int? { get }
  /// Frame `index`, or the nearest that there is, with its number; nothing where there is none.
  ///
  /// Any thread may ask.
  ///
  /// - Throws: `UserError` when a recording can no longer be read.
  func frame(_ index: Int) throws(UserError) -> WatchedFrame?
}

/// A frame and what belongs to it.
public struct WatchedFrame: Sendable {
  /// Its number, from 0.
  public var index: Int
  /// Whether no further one comes.
  public var isLast: Bool
  /// What there is to see.
  public var frame: WorldFrame

  /// A frame from its parts.
  public init(index: Int, isLast: Bool, frame: WorldFrame) {
    (self.index, self.isLast, self.frame) = (index, isLast, frame)
  }

  /// The frame as it is sent.
  ///
  /// Four numbers of 4 bytes: its number, the step, how many agents, how many attacks, the highest bit of which
  /// says that it is the last; then agents and attacks as they lie in memory. Little-endian.
  var bytes: [UInt8] {
    let attackCount = UInt32(frame.attacks.count) | (isLast ? 1 << 31 : 0)
    let head = [UInt32(index), UInt32(frame.step), UInt32(frame.agents.count), attackCount]
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16 + 12 * frame.agents.count + 16 * frame.attacks.count)
    head.withUnsafeBytes { bytes.append(contentsOf: $0) }
    frame.agents.withUnsafeBytes { bytes.append(contentsOf: $0) }
    frame.attacks.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return bytes
  }
}
