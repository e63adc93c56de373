import CoppiceExperiments
import CoppiceGridWorld
import CoppiceReports

/// What the page is told of a world before it shows frames.
struct WorldCard: Encodable {
  struct Group: Encodable {
    var name: String
    var width: Int
    var length: Int
    var colour: [Int]
    /// Cells that an agent sees, around its middle, as it faces north: x and y by turns.
    var view: [Int]
  }

  var width: Int
  var height: Int
  /// How many frames there are; nothing for a world that is played now.
  var frames: Int?
  var ground: [Int]
  var wall: [Int]
  var groups: [Group]

  init(_ source: some WorldSource) {
    let world = source.world
    (width, height, frames) = (world.width, world.height, source.frameCount)
    (ground, wall) = (Self.numbers(WorldPainter.ground), Self.numbers(WorldPainter.wall))
    groups = world.groups.enumerated().map { index, group in
      let colours = WorldPainter.groupColours
      return Group(
        name: group.name, width: group.width, length: group.length,
        colour: Self.numbers(colours[index % colours.count]),
        view: group.viewRange.offsets.flatMap { [$0.x, $0.y] })
    }
  }

  private static func numbers(_ colour: IndexedPicture.Colour) -> [Int] {
    [Int(colour.red), Int(colour.green), Int(colour.blue)]
  }
}
