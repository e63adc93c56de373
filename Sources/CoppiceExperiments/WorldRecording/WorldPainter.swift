public import CoppiceGridWorld
public import CoppiceReports

/// Draws frames of a world: agents in the colour of their group, paler the less health they have, and
/// attacks as lines that end in a dot.
///
/// ## Source
/// The groups' colours are those of Okabe and Ito 2008, "Color universal design", for dark ground.
public struct WorldPainter: Sendable {
  /// Colours of groups; further groups repeat them.
  public static let groupColours: [IndexedPicture.Colour] = [
    .init(0xD5, 0x5E, 0x00), .init(0x56, 0xB4, 0xE9), .init(0xF0, 0xE4, 0x42),
    .init(0x00, 0x9E, 0x73), .init(0xCC, 0x79, 0xA7), .init(0xE6, 0x9F, 0x00),
  ]
  /// The ground.
  public static let ground = IndexedPicture.Colour(0x16, 0x18, 0x1D)
  /// Walls.
  public static let wall = IndexedPicture.Colour(0x7C, 0x7F, 0x88)
  /// Attacks.
  public static let attack = IndexedPicture.Colour(0xFF, 0xFF, 0xFF)
  /// How many steps of health are told apart.
  static let shadeCount = 8
  private static let firstShade = 3

  /// What is drawn.
  public let world: RecordedWorld
  /// Pixels of a side of a cell.
  public let scale: Int

  /// A painter of `world`.
  ///
  /// - Parameters:
  ///   - world: What stays as it is.
  ///   - scale: Pixels of a side of a cell, 1 or more; fewer where the picture would be too large.
  public init(_ world: RecordedWorld, scale: Int) {
    self.world = world
    self.scale = max(1, min(scale, 65_535 / max(world.width, world.height)))
  }

  /// The largest scale at which a picture has at most `side` pixels both ways, from 1 to 8.
  public static func scale(of world: RecordedWorld, fitting side: Int) -> Int {
    max(1, min(8, side / max(world.width, world.height)))
  }

  static var colours: [IndexedPicture.Colour] {
    [ground, wall, attack]
      + groupColours.flatMap { colour in
        (0..<shadeCount).map { shade in
          ground.mixed(with: colour, 0.35 + 0.65 * Double(shade) / Double(shadeCount - 1))
        }
      }
  }

  /// The colour of an agent's group and health.
  static func colour(of agent: WorldFrame.Agent) -> UInt8 {
    let shade = Int(agent.health) * (shadeCount - 1) / 255
    return UInt8(firstShade + Int(agent.group) % groupColours.count * shadeCount + shade)
  }

  /// The picture of a frame.
  public func picture(of frame: WorldFrame) -> IndexedPicture {
    var picture = IndexedPicture(
      width: world.width * scale, height: world.height * scale, colours: Self.colours)
    for y in 0..<world.height {
      for x in 0..<world.width where world.walls[y * world.width + x] {
        picture.fill(x: x * scale, y: y * scale, width: scale, height: scale, 1)
      }
    }
    // a gap between neighbours, where there is room for one
    let gap = scale >= 4 ? 1 : 0
    for agent in frame.agents {
      let size = world.groups[Int(agent.group)].size(facing: agent.direction)
      picture.fill(
        x: Int(agent.x) * scale, y: Int(agent.y) * scale, width: size.columns * scale - gap,
        height: size.rows * scale - gap, Self.colour(of: agent))
    }
    // in smaller cells lines would hide who is there
    if scale >= 4 { for attack in frame.attacks { draw(attack, on: &picture) } }
    return picture
  }

  private func draw(_ attack: WorldFrame.Attack, on picture: inout IndexedPicture) {
    func middle(_ cell: UInt16) -> Int { Int(cell) * scale + (scale - 1) / 2 }
    let target = (x: middle(attack.targetX), y: middle(attack.targetY))
    picture.line((middle(attack.x), middle(attack.y)), target, 2)
    picture.fill(x: target.x, y: target.y, width: 2, height: 2, 2)
  }
}
