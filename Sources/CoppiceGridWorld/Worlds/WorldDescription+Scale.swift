import CoppiceRandom
public import CoppiceTensors

extension WorldDescription {
  /// The same world for another number of agents, all of them, walls and food anywhere.
  ///
  /// Groups keep their shares of the agents, walls theirs of the cells, and there is as much food for each agent, as
  /// far as whole numbers allow. The world is a square, as large as the density asks for. Rules stay; those that speak of cells or of numbers may no longer make sense.
  ///
  /// - Parameters:
  ///   - agents: How many in all; at least one of every group that has any.
  ///   - density: Agents for each cell within the border; that of this world where nothing is given.
  /// - Returns: A world with exactly so many agents.
  /// - Throws: `UserError` of kind `configuration` when this world cannot be, or the other one not.
  public func scaled(toAgents agents: Int, density: Double? = nil) throws(UserError)
    -> WorldDescription
  {
    let original = try GridWorld(self, key: RandomKey(seed: 0))
    let counts = original.groups.map(\.count)
    let (total, members) = (counts.reduce(0, +), counts.count { $0 > 0 })
    let cells = (width - 2) * (height - 2)
    guard total > 0, agents >= members, agents <= Self.mostScaledAgents else {
      throw UserError(
        .configuration, found: "\(agents) agents of \(members) groups",
        expected: "from \(max(1, members)) to \(Self.mostScaledAgents)",
        action: total == 0 ? "place somebody in the world first" : "ask for another number")
    }
    let density = density ?? Double(total) / Double(cells)
    guard density > 0, density <= 0.9 else {
      throw UserError(
        .configuration, found: "\(density) agents for each cell", expected: "above 0, up to 0.9",
        action: "choose another density")
    }
    let bodies = zip(groups, counts).reduce(0) { $0 + $1.0.type.width * $1.0.type.length * $1.1 }
    let side = Int((Double(agents) / density).squareRoot().rounded(.up))
    let walls = original.walls.count - (2 * (width + height) - 4)
    let wallCount = Int(Double(walls) / Double(cells) * Double(side * side))
    let perAgent = Double(agents) / Double(total)
    var world = self
    (world.width, world.height) = (max(3, side + 2), max(3, side + 2))
    world.walls = wallCount > 0 ? [.anywhere(wallCount)] : []
    for (index, count) in Self.shares(of: agents, as: counts).enumerated() {
      world.groups[index].placements = [.anywhere(count)]
    }
    for (index, food) in foodItems.enumerated() {
      let cells = food.placements.reduce(0) { $0 + $1.mostPlaces }
      world.foodItems[index].placements = [.anywhere(Int(Double(cells) * perAgent))]
    }
    guard Double(bodies) * perAgent + Double(wallCount) <= 0.9 * Double(side * side) else {
      throw UserError(
        .configuration, found: "bodies and walls that take more than 0.9 of the cells",
        expected: "room to move", action: "choose a lower density")
    }
    return world
  }

  /// At most so many agents have numbers and places.
  static let mostScaledAgents = 16_000_000

  /// `total` in whole shares that are as `counts`, the largest remainders rounded up, and none of them 0 where its
  /// count is not.
  static func shares(of total: Int, as counts: [Int]) -> [Int] {
    let sum = counts.reduce(0, +)
    var shares = counts.map { $0 == 0 ? 0 : max(1, total * $0 / sum) }
    let remainders = counts.map { total * $0 % sum }
    let order = counts.indices.filter { counts[$0] > 0 }.sorted {
      (remainders[$0], -$0) > (remainders[$1], -$1)
    }
    var (rest, next) = (total - shares.reduce(0, +), 0)
    while rest > 0 {
      shares[order[next % order.count]] += 1
      (rest, next) = (rest - 1, next + 1)
    }
    while rest < 0 {
      let largest = shares.indices.max { shares[$0] < shares[$1] } ?? 0
      shares[largest] -= 1
      rest += 1
    }
    return shares
  }
}

extension Placement {
  /// At most how many bodies of one cell it is for.
  var mostPlaces: Int {
    switch self {
    case .anywhere(let count): count
    case .at(let places): places.count
    case .filling(_, _, let width, let height, _): width * height
    }
  }
}
