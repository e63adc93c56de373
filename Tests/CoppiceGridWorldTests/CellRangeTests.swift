import CoppiceGridWorld
import Testing

@Suite("Ranges of cells")
struct CellRangeTests {
  private func type(_ width: Int, _ change: (inout AgentType) -> Void) -> AgentType {
    var type = AgentType()
    (type.width, type.length) = (width, width)
    change(&type)
    return type
  }

  @Test(
    "circles have the sizes that are published",
    arguments: [(0.0, 1, 1), (1, 3, 5), (1.5, 3, 9), (2, 5, 13), (3, 7, 29)])
  func moves(speed: Double, box: Int, count: Int) {
    let range = type(1) { $0.speed = speed }.moveRange
    #expect(range.width == box && range.height == box && range.offsets.count == count)
    #expect(range.offsets[count / 2] == CellRange.Offset(0, 0))
  }

  @Test(
    "attacks leave the body out",
    arguments: [
      (1, 0.0, 1, 0), (1, 1, 3, 4), (1, 1.5, 3, 8), (1, 2, 5, 12), (2, 2, 4, 8),
    ])
  func attacks(body: Int, radius: Double, box: Int, count: Int) {
    let range = type(body) { $0.attack.radius = radius }.attackRange
    #expect(range.width == box && range.height == box && range.offsets.count == count)
  }

  @Test(
    "views",
    arguments: [(1, 1.0, 3, 5), (1, 4, 9, 49), (1, 6, 13, 113), (1, 7, 15, 149), (2, 5, 10, 80)])
  func views(body: Int, radius: Double, box: Int, count: Int) {
    let range = type(body) { $0.view.radius = radius }.viewRange
    #expect(range.width == box && range.height == box && range.offsets.count == count)
  }

  @Test("actions are numbered row by row, staying in the middle")
  func order() {
    func pairs(_ offsets: [CellRange.Offset]) -> [[Int]] { offsets.map { [$0.x, $0.y] } }
    let battle = ActionSpace(type(1) { ($0.speed, $0.attack.radius) = (2, 1.5) }, turns: false)
    #expect(
      pairs(battle.moves) == [
        [0, -2], [-1, -1], [0, -1], [1, -1], [-2, 0], [-1, 0], [0, 0], [1, 0], [2, 0], [-1, 1],
        [0, 1], [1, 1], [0, 2],
      ])
    #expect(
      pairs(battle.attacks) == [
        [-1, -1], [0, -1], [1, -1], [-1, 0], [1, 0], [-1, 1], [0, 1], [1, 1],
      ])
    #expect(battle.count == 21 && battle.stay == 6 && battle.firstAttack == 13)
    let predator = ActionSpace(type(2) { $0.attack.radius = 2 }, turns: true)
    #expect(predator.count == 5 + 2 + 8 && predator.firstTurn == 5 && predator.firstAttack == 7)
    #expect(
      pairs(predator.attacks.map { CellRange.Offset($0.x - 1, $0.y - 1) }) == [
        [-1, -2], [0, -2], [-2, -1], [1, -1], [-2, 0], [1, 0], [-1, 1], [0, 1],
      ])
  }

  @Test("a sector opens ahead, and widens")
  func sector() {
    let range = CellRange(sector: 3, angle: 90)
    #expect(range.height == 3 && range.width == 3)
    #expect(range.offsets.allSatisfy { $0.y < 0 && abs($0.x) <= -$0.y })
    #expect(range.offsets.last == CellRange.Offset(1, -1))
    #expect(!range.offsets.contains(CellRange.Offset(0, 0)))
  }

  @Test("four turns come back, and ahead is where one faces")
  func directions() {
    for direction in Direction.allCases {
      var turned = direction
      for _ in 0..<4 { turned = turned.turned(clockwise: true) }
      #expect(turned == direction)
      #expect(direction.turned(clockwise: true).turned(clockwise: false) == direction)
    }
    #expect(Direction.north.rotated(0, -1) == (0, -1))
    #expect(Direction.east.rotated(0, -1) == (1, 0))
    #expect(Direction.south.rotated(0, -1) == (0, 1))
    #expect(Direction.west.rotated(0, -1) == (-1, 0))
  }
}
