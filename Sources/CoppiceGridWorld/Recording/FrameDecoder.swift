public import CoppiceTensors

/// Reads frames that a ``FrameEncoder`` wrote, one after the other from a key frame on.
public struct FrameDecoder {
  private let world: RecordedWorld
  private var survivors: [WorldFrame.Agent] = []
  private var newcomers: [WorldFrame.Agent] = []

  /// A reader of frames of `world`.
  public init(_ world: RecordedWorld) { self.world = world }

  /// Makes `frame` the next one.
  ///
  /// - Parameters:
  ///   - bytes: What the encoder wrote.
  ///   - frame: The frame before it; any where `bytes` are a key frame.
  /// - Throws: `UserError` of kind `checkpoint` when the bytes make no sense.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ frame: inout WorldFrame
  ) throws(UserError) {
    var reader = ByteReader(bytes)
    if reader.byte() == 1 { frame.agents.removeAll(keepingCapacity: true) }
    frame.step = reader.number()
    decodeKnown(frame.agents, &reader)
    decodeNewcomers(&reader)
    merge(into: &frame.agents)
    decodeAttacks(&reader, &frame)
    guard reader.isComplete, frame.agents.allSatisfy(isPossible) else {
      throw .brokenRecording("frame of step \(frame.step)")
    }
  }

  private func isPossible(_ agent: WorldFrame.Agent) -> Bool {
    Int(agent.x) < world.width && Int(agent.y) < world.height
      && Int(agent.group) < world.groups.count && agent.direction < 4
  }

  private mutating func decodeKnown(_ agents: [WorldFrame.Agent], _ reader: inout ByteReader) {
    survivors.removeAll(keepingCapacity: true)
    var index = 0
    while index < agents.count, !reader.isBroken {
      let code = Int(reader.byte())
      if code >= FrameCode.stretch {
        let end = min(agents.count, index + code - FrameCode.stretch + 1)
        survivors.append(contentsOf: agents[index..<end])
        index = end
        continue
      }
      if code != FrameCode.gone {
        survivors.append(decode(code, agents[index], &reader))
      }
      index += 1
    }
  }

  @inline(__always)
  private func decode(
    _ code: Int, _ known: WorldFrame.Agent, _ reader: inout ByteReader
  ) -> WorldFrame.Agent {
    if code == FrameCode.writtenOut { return body(known.number, since: nil, &reader) }
    var agent = known
    let (change, move) = code.quotientAndRemainder(dividingBy: FrameCode.moves)
    agent.x = place(Int(known.x) + move % FrameCode.side - FrameCode.reach, &reader)
    agent.y = place(Int(known.y) + move / FrameCode.side - FrameCode.reach, &reader)
    if change & 1 != 0 { agent.health = reader.byte() }
    if change & 2 != 0 { agent.direction = reader.byte() }
    return agent
  }

  /// A number that a place can have; 0 for any other.
  @inline(__always)
  private func place(_ value: Int, _ reader: inout ByteReader) -> UInt16 {
    if let place = UInt16(exactly: value) { return place }
    reader.fail()
    return 0
  }

  private func body(
    _ number: UInt32, since last: WorldFrame.Agent?, _ reader: inout ByteReader
  ) -> WorldFrame.Agent {
    let group = reader.byte()
    let x = place(Int(last?.x ?? 0) + reader.signed(), &reader)
    let y = place(Int(last?.y ?? 0) + reader.signed(), &reader)
    let direction = reader.byte()
    return WorldFrame.Agent(
      number: number, x: x, y: y, group: group, direction: direction, health: reader.byte())
  }

  private mutating func decodeNewcomers(_ reader: inout ByteReader) {
    newcomers.removeAll(keepingCapacity: true)
    var last: WorldFrame.Agent?
    for _ in 0..<reader.count(of: 6) {
      let number = (last.map { Int($0.number) + 1 } ?? 0) + reader.number()
      if number > Int(UInt32.max) { reader.fail() }
      if reader.isBroken { return }
      let agent = body(UInt32(number), since: last, &reader)
      newcomers.append(agent)
      last = agent
    }
  }

  private func merge(into agents: inout [WorldFrame.Agent]) {
    agents.removeAll(keepingCapacity: true)
    var place = 0
    for agent in survivors {
      while place < newcomers.count, newcomers[place].number < agent.number {
        agents.append(newcomers[place])
        place += 1
      }
      agents.append(agent)
    }
    agents.append(contentsOf: newcomers[place...])
  }

  private func decodeAttacks(_ reader: inout ByteReader, _ frame: inout WorldFrame) {
    frame.attacks.removeAll(keepingCapacity: true)
    var (place, next) = (0, 0)
    for _ in 0..<reader.count(of: 4) {
      let number = next + reader.number()
      let flags = reader.byte()
      if number > Int(UInt32.max) || flags > 3 { reader.fail() }
      if reader.isBroken { return }
      var (x, y, group): (UInt16, UInt16, UInt8) = (0, 0, 0)
      if flags & 2 != 0 {
        group = reader.byte()
        (x, y) = (self.place(reader.number(), &reader), self.place(reader.number(), &reader))
      } else {
        while place < frame.agents.count, frame.agents[place].number < number { place += 1 }
        guard place < frame.agents.count, frame.agents[place].number == number else {
          return reader.fail()
        }
        (x, y, group) = (frame.agents[place].x, frame.agents[place].y, frame.agents[place].group)
      }
      let targetX = self.place(Int(x) + reader.signed(), &reader)
      let targetY = self.place(Int(y) + reader.signed(), &reader)
      guard Int(targetX) < world.width, Int(targetY) < world.height, Int(x) < world.width,
        Int(y) < world.height, Int(group) < world.groups.count
      else { return reader.fail() }
      frame.attacks.append(
        WorldFrame.Attack(
          number: UInt32(number), x: x, y: y, targetX: targetX, targetY: targetY, group: group,
          isKill: flags & 1))
      next = number + 1
    }
  }
}
