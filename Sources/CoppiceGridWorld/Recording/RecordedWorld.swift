public import CoppiceTensors

/// What stays as it is while a world is played: its size, its walls and its groups, for whoever draws it.
public struct RecordedWorld: Sendable, Equatable {
  /// A group of agents.
  public struct Group: Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// Cells of a body from left to right, as it faces north.
    public var width: Int
    /// Cells from front to back.
    public var length: Int
    /// Full health.
    public var health: Float
    /// What its agents see.
    public var view: Reach
    /// What they strike.
    public var attack: Reach

    /// The group of a world.
    init(_ group: WorldDescription.Group) {
      (name, width, length) = (group.name, group.type.width, group.type.length)
      (health, view, attack) = (group.type.health, group.type.view, group.type.attack)
    }

    init(_ reader: inout ByteReader) {
      (name, width, length) = (reader.text(), reader.number(below: 17), reader.number(below: 17))
      health = Float(reader.float())
      view = Reach(radius: reader.float(), angle: reader.float())
      attack = Reach(radius: reader.float(), angle: reader.float())
      if width < 1 || length < 1 || ![view, attack].allSatisfy({ (0...64).contains($0.radius) }) {
        reader.fail()
      }
    }

    /// The cells that an agent sees, around its middle, as it faces north.
    public var viewRange: CellRange { CellRange(view, bodyWidth: width, inner: 0) }

    /// The size of a body as it lies on the map.
    public func size(facing direction: UInt8) -> (columns: Int, rows: Int) {
      direction & 1 == 1 ? (width, length) : (length, width)
    }

    func write(to writer: inout ByteWriter) {
      writer.text(name)
      writer.reserve(20)
      writer.number(width)
      writer.number(length)
      writer.float(Double(health))
      for reach in [view, attack] {
        writer.float(reach.radius)
        writer.float(reach.angle)
      }
    }
  }

  /// Cells from left to right.
  public var width: Int
  /// Cells from top to bottom.
  public var height: Int
  /// Whether agents face somewhere, and turn.
  public var hasTurns: Bool
  /// The groups, in their order.
  public var groups: [Group]
  /// `[height, width]`: whether there is a wall.
  public var walls: [Bool]

  /// What is to be known of `world`.
  public init(_ world: GridWorld) {
    (width, height) = (world.map.width, world.map.height)
    hasTurns = world.description.hasTurns
    groups = world.description.groups.map(Group.init)
    let map = world.map
    walls = (0..<map.height).flatMap { y in
      (0..<map.width).map { map.kind[map.cell($0, y)] == WorldMap.wall }
    }
  }

  /// The world as bytes; walls as lengths of stretches without and with, by turns.
  public var encoded: [UInt8] {
    var writer = ByteWriter()
    for number in [width, height, hasTurns ? 1 : 0, groups.count] { writer.number(number) }
    for group in groups { group.write(to: &writer) }
    var (isWall, first) = (false, 0)
    while first < walls.count {
      let end = walls[first...].firstIndex { $0 != isWall } ?? walls.count
      writer.reserve(10)
      writer.number(end - first)
      (isWall, first) = (!isWall, end)
    }
    return [UInt8](writer.bytes)
  }

  /// The world of bytes.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when they are none.
  public init(decoding bytes: [UInt8]) throws(UserError) {
    let world = bytes.withUnsafeBytes { Self.read(ByteReader($0)) }
    guard let world else { throw .brokenRecording("its description of the world") }
    self = world
  }

  private static func read(_ reader: ByteReader) -> RecordedWorld? {
    var reader = reader
    let (width, height) = (reader.number(below: 32_001), reader.number(below: 32_001))
    let turns = reader.number(below: 2)
    let groupCount = reader.number(below: WorldDescription.mostGroups + 1)
    guard width > 0, height > 0, !reader.isBroken else { return nil }
    let groups = (0..<groupCount).map { _ in Group(&reader) }
    var (walls, isWall): ([Bool], Bool) = ([], false)
    while !reader.isBroken, reader.rest > 0 {
      let count = reader.number(below: width * height - walls.count + 1)
      walls += repeatElement(isWall, count: count)
      isWall.toggle()
    }
    guard reader.isComplete, walls.count == width * height else { return nil }
    return RecordedWorld(width, height, turns == 1, groups, walls)
  }

  private init(_ width: Int, _ height: Int, _ turns: Bool, _ groups: [Group], _ walls: [Bool]) {
    (self.width, self.height, hasTurns) = (width, height, turns)
    (self.groups, self.walls) = (groups, walls)
  }
}

extension UserError {
  static func brokenRecording(_ part: String) -> UserError {
    UserError(
      .checkpoint, found: "a recording of a world whose \(part) makes no sense",
      expected: "one as Coppice writes it", action: "record it anew")
  }
}
