public import CoppiceGridWorld
import Synchronization

/// Frames of a world that is played while it is watched: a step is done when its frame is asked for.
///
/// The last frames are kept. Whoever asks for one that is gone gets the oldest that there is.
public final class LiveSource: WorldSource, @unchecked Sendable {
  // only touched by whoever holds the lock
  private let played: GridWorld
  private let players: any Players
  private let capture: FrameCapture
  private let kept: Mutex<[WatchedFrame]>
  private let keptCount: Int

  /// What stays as it is.
  public let world: RecordedWorld
  /// Nothing: nobody knows when it ends.
  public var frameCount: Int? { nil }

  /// Frames of `world` as `players` play it; nobody else may from now on.
  ///
  /// - Parameters:
  ///   - world: From where it stands.
  ///   - players: Who chooses actions.
  ///   - keptCount: How many frames are kept.
  public init(_ world: GridWorld, _ players: any Players, keptCount: Int = 32) {
    (played, self.players, self.keptCount) = (world, players, max(1, keptCount))
    self.world = RecordedWorld(world)
    capture = FrameCapture(of: world)
    var first = WorldFrame()
    capture.take(&first)
    kept = Mutex([WatchedFrame(index: 0, isLast: world.isOver, frame: first)])
  }

  /// A frame; the next one for any that lies further on.
  public func frame(_ index: Int) -> WatchedFrame? {
    kept.withLock { kept in
      guard let last = kept.last else { return nil }
      if index > last.index, !last.isLast {
        kept.append(advance(from: last.index))
        if kept.count > keptCount { kept.removeFirst(kept.count - keptCount) }
      }
      return kept.first { $0.index >= index } ?? kept.last
    }
  }

  private func advance(from index: Int) -> WatchedFrame {
    players.choose(in: played)
    played.step()
    var frame = WorldFrame()
    capture.take(&frame)
    played.clearDead()
    return WatchedFrame(index: index + 1, isLast: played.isOver, frame: frame)
  }
}
