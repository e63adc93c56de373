import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension GridWorld {
  /// The sizes of the whole world as one picture.
  ///
  /// - Parameter hasFeatures: Whether it tells what agents are told besides their views.
  /// - Returns: As many rows and columns as the world has, and the channels of ``writeState(to:features:)``.
  public func stateShape(features hasFeatures: Bool = false) -> ViewShape {
    let own = firstGroupChannel + 2 * groups.count
    return ViewShape(
      height: map.height, width: map.width,
      channels: own + (hasFeatures ? description.numberBits + mostActions + 1 : 0))
  }

  /// Writes the whole world as one picture, on all threads.
  ///
  /// ## Channels
  /// Walls; food, in a world with some; then for every group, in their order, who is there and how healthy they
  /// are. With features, and in the upper left cell of a body alone: the bits of the agent's number; its last
  /// action as one of as many as the group with the most has; what it earned last, as in
  /// ``writeFeatures(of:in:to:)``.
  ///
  /// - Parameters:
  ///   - output: `[height, width, channels]`.
  ///   - hasFeatures: Whether to tell what agents are told besides their views.
  /// - Complexity: O(cells · channels).
  ///
  /// ## Source
  /// `state()` of MAgent2. **Differences**: rows come before columns, as in views, where the original has
  /// columns first; a group may be empty; features begin behind the channels of all groups, those that do not act
  /// included.
  public func writeState(to output: UnsafeMutablePointer<Float>, features hasFeatures: Bool = false)
  {
    stateTarget = (output, hasFeatures)
    pool.run { [self] worker in writeState(worker.part) }
    stateTarget = nil
  }

  private func writeState(_ part: Part) {
    guard let (output, hasFeatures) = stateTarget else { return }
    let shape = stateShape(features: hasFeatures)
    for y in part.range(of: shape.height) {
      let row = output + y * shape.width * shape.channels
      memset(row, 0, shape.width * shape.channels * MemoryLayout<Float>.stride)
      for x in 0..<shape.width where map.kind[map.cell(x, y)] != WorldMap.blank {
        writeState(of: x, y, to: row + x * shape.channels, hasFeatures)
      }
    }
  }

  private func writeState(
    of x: Int, _ y: Int, to cell: UnsafeMutablePointer<Float>, _ hasFeatures: Bool
  ) {
    let kind = map.kind[map.cell(x, y)]
    guard kind >= WorldMap.firstGroup else {
      cell[Int(kind - WorldMap.wall)] = 1
      return
    }
    let group = Int(kind - WorldMap.firstGroup)
    let slot = Int(map.occupant.pointer[map.cell(x, y)])
    cell[firstGroupChannel + 2 * group] = 1
    cell[firstGroupChannel + 2 * group + 1] =
      agents.health.pointer[slot] / fullHealth.pointer[group]
    guard hasFeatures, Int(agents.x.pointer[slot]) == x, Int(agents.y.pointer[slot]) == y else {
      return
    }
    let features = cell + firstGroupChannel + 2 * groups.count
    let (bits, number) = (description.numberBits, agents.number.pointer[slot])
    for bit in 0..<bits { features[bit] = Float(number >> Int32(bit) & 1) }
    let last = Int(agents.lastAction.pointer[slot])
    if last >= 0 { features[bits + last] = 1 }
    features[bits + mostActions] = agents.lastReward.pointer[slot]
  }

  /// The first channel that speaks of agents.
  private var firstGroupChannel: Int { description.hasFood ? 2 : 1 }

  private var mostActions: Int { tables.reduce(0) { max($0, $1.actionCount) } }
}
