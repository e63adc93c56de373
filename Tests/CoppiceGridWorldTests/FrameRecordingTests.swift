import CoppiceGridWorld
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Frames of worlds")
struct FrameRecordingTests {
  static let worlds: [WorldDescription] = [
    .battle(size: 30), .combinedArms(), .tigerDeer(), .pursuit(size: 30), turning,
    .mixedBattle(agents: 900, density: 0.4),
  ]

  /// Long bodies that turn, and strike hard enough to kill.
  static var turning: WorldDescription {
    var type = AgentType()
    (type.width, type.length, type.speed, type.damage) = (2, 3, 2, 0.6)
    type.attack = Reach(radius: 3)
    var world = WorldDescription(
      width: 40, height: 30,
      groups: [
        .init("long", type, [.anywhere(25)]), .init("others", .soldier, [.anywhere(60)]),
      ])
    world.hasTurns = true
    world.walls = [.anywhere(20)]
    return world
  }

  static func decode(
    _ encoder: inout FrameEncoder, _ frame: WorldFrame, _ decoder: inout FrameDecoder,
    _ read: inout WorldFrame
  ) throws {
    var bytes: [UInt8] = []
    encoder.encode(frame) { memory, _ in bytes = [UInt8](memory) }
    try bytes.withUnsafeBytes { try decoder.decode($0, &read) }
  }

  @Test(
    "agents are where the world has them, and come back as they were", arguments: worlds.indices)
  func worldsComeBack(index: Int) throws {
    let world = try GridWorld(Self.worlds[index], key: RandomKey(seed: 5))
    let players = RandomPlayers(key: RandomKey(seed: 6))
    let recorded = RecordedWorld(world)
    #expect(try RecordedWorld(decoding: recorded.encoded) == recorded)
    let walls = recorded.walls.indices.filter { recorded.walls[$0] }
    #expect(walls == world.walls.map { $0.y * recorded.width + $0.x })
    let capture = FrameCapture(of: world)
    var (encoder, decoder) = (FrameEncoder(keyFrameInterval: 7), FrameDecoder(recorded))
    var (frame, read, attackCount) = (WorldFrame(), WorldFrame(), 0)
    for _ in 0..<60 {
      players.choose(in: world)
      world.step()
      capture.take(&frame)
      expectSame(frame, world)
      attackCount += frame.attacks.count
      try Self.decode(&encoder, frame, &decoder, &read)
      #expect(read == frame)
      world.clearDead()
    }
    #expect(frame.step == 60)
    #expect(attackCount > 0 || index == 3)
  }

  private func expectSame(_ frame: WorldFrame, _ world: GridWorld) {
    var expected: [Int: (Placement.Place, Int, Float)] = [:]
    var (strikers, killers): (Set<Int>, Set<Int>) = ([], [])
    for group in world.groups.indices {
      let numbers = world.numbers(of: group)
      let (places, health) = (world.places(of: group), world.health(of: group))
      let alive = world.isAlive(of: group)
      for (agent, encounter) in world.encounters(of: group).enumerated() {
        if encounter.kind == .attack || encounter.kind == .kill { strikers.insert(numbers[agent]) }
        if encounter.kind == .kill { killers.insert(numbers[agent]) }
        guard alive[agent] else { continue }
        let share = health[agent] / world.groups[group].type.health
        expected[numbers[agent]] = (places[agent], group, share)
      }
    }
    #expect(frame.agents.map { Int($0.number) } == expected.keys.sorted())
    for agent in frame.agents {
      guard let (place, group, health) = expected[Int(agent.number)] else { continue }
      #expect(Int(agent.x) == place.x && Int(agent.y) == place.y && Int(agent.group) == group)
      #expect(agent.direction == place.direction.rawValue)
      #expect(abs(Float(agent.health) / 255 - max(0, min(1, health))) <= 0.5001 / 255)
    }
    #expect(frame.attacks.map { Int($0.number) } == strikers.sorted())
    #expect(Set(frame.attacks.filter { $0.isKill == 1 }.map { Int($0.number) }) == killers)
  }

  @Test("frames that no world has come back as well: newcomers, jumps, attacks of the dead")
  func anyFramesComeBack() throws {
    let world = RecordedWorld(try GridWorld(.battle(size: 200), key: RandomKey(seed: 1)))
    var random = RandomKey(seed: 9).stream()
    func agent(_ number: Int) -> WorldFrame.Agent {
      WorldFrame.Agent(
        number: UInt32(number), x: UInt16(random.nextIndex(below: 200)),
        y: UInt16(random.nextIndex(below: 200)), group: UInt8(random.nextIndex(below: 2)),
        direction: UInt8(random.nextIndex(below: 4)), health: UInt8(random.nextIndex(below: 256)))
    }
    for interval in [1, 3, 1000] {
      var (encoder, decoder) = (FrameEncoder(keyFrameInterval: interval), FrameDecoder(world))
      var (frame, read) = (WorldFrame(), WorldFrame())
      for step in 0..<80 {
        frame.step = step * 1000
        let known = Dictionary(uniqueKeysWithValues: frame.agents.map { ($0.number, $0) })
        let stays = [2, 5, 300][step % 3]
        let numbers = (0..<400).filter { _ in random.nextIndex(below: 5) > 0 } + [70_000 + step]
        frame.agents = numbers.map { number in
          let old = known[UInt32(number)]
          if let old, random.nextIndex(below: stays) > 0 { return old }
          guard var old, random.nextIndex(below: 3) > 0 else { return agent(number) }
          old.x = UInt16(max(0, min(199, Int(old.x) + random.nextIndex(below: 9) - 4)))
          old.health = UInt8(random.nextIndex(below: 256))
          return old
        }
        frame.attacks = stride(from: 0, to: 450, by: 7).map { number in
          let (from, to) = (agent(number), agent(number))
          return WorldFrame.Attack(
            number: UInt32(number), x: from.x, y: from.y, targetX: to.x, targetY: to.y,
            group: from.group, isKill: UInt8(number % 2))
        }
        try Self.decode(&encoder, frame, &decoder, &read)
        #expect(read == frame)
      }
    }
  }

  @Test(
    "bytes that were altered give an error or a frame of the world, never the end of the program")
  func alteredBytes() throws {
    let world = try GridWorld(Self.turning, key: RandomKey(seed: 2))
    let (recorded, capture) = (RecordedWorld(world), FrameCapture(of: world))
    var (frame, encoder, messages) = (WorldFrame(), FrameEncoder(keyFrameInterval: 4), [[UInt8]]())
    for _ in 0..<4 {
      RandomPlayers(key: RandomKey(seed: 3)).choose(in: world)
      world.step()
      capture.take(&frame)
      encoder.encode(frame) { bytes, _ in messages.append([UInt8](bytes)) }
    }
    var (random, errorCount) = (RandomKey(seed: 4).stream(), 0)
    for _ in 0..<4000 {
      var (decoder, read) = (FrameDecoder(recorded), WorldFrame())
      for message in messages {
        var message = message
        for _ in 0..<(1 + random.nextIndex(below: 3)) {
          message[random.nextIndex(below: message.count)] = UInt8(random.nextIndex(below: 256))
        }
        if random.nextIndex(below: 4) == 0 {
          message.removeLast(random.nextIndex(below: message.count))
        }
        do {
          try message.withUnsafeBytes { try decoder.decode($0, &read) }
          #expect(read.agents.allSatisfy { Int($0.x) < 40 && Int($0.y) < 30 && $0.group < 2 })
          #expect(read.attacks.allSatisfy { Int($0.targetX) < 40 && Int($0.targetY) < 30 })
        } catch {
          #expect((error as? UserError)?.kind == .checkpoint)
          errorCount += 1
          break
        }
      }
    }
    #expect(errorCount > 1000)
    for index in recorded.encoded.indices {
      var bytes = recorded.encoded
      bytes[index] ^= 0x55
      if let other = try? RecordedWorld(decoding: bytes) {
        let isWhole = other.walls.count == other.width * other.height
        #expect(isWhole)
      }
    }
  }
}
