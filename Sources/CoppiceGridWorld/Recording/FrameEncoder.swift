import CoppiceTensors

/// Writes frames as bytes, most of them as what changed since the one before.
///
/// Key frames tell everything, so that reading can begin there. An agent that moved takes a byte, one whose
/// health changed another.
public struct FrameEncoder {
  /// From one key frame to the next.
  public let keyFrameInterval: Int
  private var before: [WorldFrame.Agent] = []
  private var frameCount = 0
  private var writer = ByteWriter()

  /// A writer of frames from the first one on.
  ///
  /// - Parameter keyFrameInterval: At least 1.
  public init(keyFrameInterval: Int = 32) { self.keyFrameInterval = max(1, keyFrameInterval) }

  /// Writes the next frame.
  ///
  /// - Parameters:
  ///   - frame: With agents and attacks by number.
  ///   - use: Is given the bytes, and whether they are a key frame.
  /// - Throws: What `use` throws.
  /// - Complexity: O(`N`); nothing is allocated once a frame has been as large.
  public mutating func encode<Failure: Error>(
    _ frame: WorldFrame,
    _ use: (_ bytes: UnsafeRawBufferPointer, _ isKey: Bool) throws(Failure) -> Void
  ) throws(Failure) {
    let isKey = frameCount.isMultiple(of: keyFrameInterval)
    if isKey { before.removeAll(keepingCapacity: true) }
    writer.removeAll()
    // more than the longest that any agent and attack can take
    writer.reserve(64 + 8 * before.count + 32 * frame.agents.count + 48 * frame.attacks.count)
    writer.byte(isKey ? 1 : 0)
    writer.number(frame.step)
    let newcomers = encodeKnown(frame.agents)
    encodeNewcomers(frame.agents, newcomers)
    encodeAttacks(frame)
    before.removeAll(keepingCapacity: true)
    before.append(contentsOf: frame.agents)
    frameCount += 1
    try use(writer.bytes, isKey)
  }

  /// Writes what became of those that the frame before had, and counts the others.
  private mutating func encodeKnown(_ agents: [WorldFrame.Agent]) -> Int {
    var (writer, index, stretch, newcomers) = (writer, 0, 0, 0)
    agents.withUnsafeBufferPointer { agents in
      for known in before {
        while index < agents.count, agents[index].number < known.number {
          (index, newcomers) = (index + 1, newcomers + 1)
        }
        if index < agents.count, agents[index] == known {
          (index, stretch) = (index + 1, stretch + 1)
          if stretch == FrameCode.longestStretch { Self.end(&stretch, &writer) }
          continue
        }
        Self.end(&stretch, &writer)
        if index < agents.count, agents[index].number == known.number {
          Self.encode(agents[index], known, &writer)
          index += 1
        } else {
          writer.byte(UInt8(FrameCode.gone))
        }
      }
    }
    Self.end(&stretch, &writer)
    self.writer = writer
    return newcomers + agents.count - index
  }

  private static func end(_ stretch: inout Int, _ writer: inout ByteWriter) {
    if stretch > 0 { writer.byte(UInt8(FrameCode.stretch + stretch - 1)) }
    stretch = 0
  }

  @inline(__always)
  private static func encode(
    _ agent: WorldFrame.Agent, _ known: WorldFrame.Agent, _ writer: inout ByteWriter
  ) {
    let x = Int(agent.x) - Int(known.x) + FrameCode.reach
    let y = Int(agent.y) - Int(known.y) + FrameCode.reach
    guard 0..<FrameCode.side ~= x, 0..<FrameCode.side ~= y, agent.group == known.group else {
      writer.byte(UInt8(FrameCode.writtenOut))
      writeBody(agent, since: nil, &writer)
      return
    }
    var code = y * FrameCode.side + x
    if agent.health != known.health { code += FrameCode.newHealth }
    if agent.direction != known.direction { code += FrameCode.newDirection }
    writer.byte(UInt8(code))
    if agent.health != known.health { writer.byte(agent.health) }
    if agent.direction != known.direction { writer.byte(agent.direction) }
  }

  private static func writeBody(
    _ agent: WorldFrame.Agent, since last: WorldFrame.Agent?, _ writer: inout ByteWriter
  ) {
    writer.byte(agent.group)
    writer.signed(Int(agent.x) - Int(last?.x ?? 0))
    writer.signed(Int(agent.y) - Int(last?.y ?? 0))
    writer.byte(agent.direction)
    writer.byte(agent.health)
  }

  private mutating func encodeNewcomers(_ agents: [WorldFrame.Agent], _ count: Int) {
    writer.number(count)
    guard count > 0 else { return }
    var (writer, place) = (writer, 0)
    var last: WorldFrame.Agent?
    for agent in agents {
      while place < before.count, before[place].number < agent.number { place += 1 }
      if place < before.count, before[place].number == agent.number { continue }
      writer.number(Int(agent.number) - (last.map { Int($0.number) + 1 } ?? 0))
      Self.writeBody(agent, since: last, &writer)
      last = agent
    }
    self.writer = writer
  }

  private mutating func encodeAttacks(_ frame: WorldFrame) {
    writer.number(frame.attacks.count)
    var (place, next) = (0, 0)
    for attack in frame.attacks {
      while place < frame.agents.count, frame.agents[place].number < attack.number { place += 1 }
      let isKnown = place < frame.agents.count && attack.isBy(frame.agents[place])
      writer.number(Int(attack.number) - next)
      writer.byte(attack.isKill | (isKnown ? 0 : 2))
      if !isKnown {
        writer.byte(attack.group)
        writer.number(Int(attack.x))
        writer.number(Int(attack.y))
      }
      writer.signed(Int(attack.targetX) - Int(attack.x))
      writer.signed(Int(attack.targetY) - Int(attack.y))
      next = Int(attack.number) + 1
    }
  }
}

extension WorldFrame.Attack {
  /// Whether it came from where `agent` is.
  fileprivate func isBy(_ agent: WorldFrame.Agent) -> Bool {
    agent.number == number && agent.x == x && agent.y == y && agent.group == group
  }
}
