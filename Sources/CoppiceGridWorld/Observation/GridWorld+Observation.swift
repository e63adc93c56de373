public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension GridWorld {
  /// The sizes of what the agents of a group see.
  public func viewShape(of group: Int) -> ViewShape { views[group].shape }

  /// How many numbers an agent of a group is told besides its view: the bits of its number, its last action as
  /// one of them all, what it earned last, and, with a small map, where it is.
  public func featureCount(of group: Int) -> Int {
    description.numberBits + groups[group].actions.count + 1 + (description.hasMinimap ? 2 : 0)
  }

  /// Writes what agents of a group see as plain arrays, on all threads.
  ///
  /// A cell beyond the reach, or outside of the world, is 0 everywhere. The small map has for every group how
  /// large a part of it is where, over the whole world, and 1 more in the agent's own place.
  ///
  /// - Parameters:
  ///   - agents: Which agents of the group, in its order.
  ///   - group: Which group.
  ///   - output: `[agents, height, width, channels]`.
  /// - Precondition: The group has these agents.
  /// - Complexity: O(agents · cells in a view), and O(`N`) for the small map.
  public func writeViews(
    of agents: Range<Int>, in group: Int, to output: UnsafeMutablePointer<Float>
  ) {
    let shape = views[group].shape
    write(
      agents, group,
      ViewTarget(
        first: output, layout: .array(shape), agent: shape.count, chunk: shape.count * panelWidth))
  }

  /// Writes what agents of a group see into the first features of panels, one agent a sample, on all threads.
  ///
  /// Numbers as in ``writeViews(of:in:to:)-(_,_,_)``, in the order
  /// `[channels, height, width]`.
  ///
  /// - Parameters:
  ///   - agents: Which agents of the group, in its order.
  ///   - group: Which group.
  ///   - panels: As many samples as agents, or more, and as many features as numbers in a view, or more.
  /// - Precondition: The group has these agents.
  public func writeViews(of agents: Range<Int>, in group: Int, to panels: Panels<Float>) {
    let shape = views[group].shape
    precondition(
      panels.panelCount * panelWidth >= agents.count && panels.featureCount >= shape.count,
      "panels for \(agents.count) views of \(shape.count) numbers")
    write(
      agents, group,
      ViewTarget(
        first: panels.buffer.pointer, layout: .lane(shape, width: panelWidth), agent: 1,
        chunk: panels.stride))
  }

  private func write(_ agents: Range<Int>, _ group: Int, _ target: ViewTarget) {
    precondition(agents.upperBound <= groups[group].count, "agents that the group has")
    if description.hasMinimap { countMinimap(of: views[group]) }
    viewRequest = ViewRequest(
      slots: (groups[group].first + agents.lowerBound)..<(groups[group].first + agents.upperBound),
      group: group, target: target)
    // what more a closure captures is allocated
    pool.run { [self] worker in writeViews(worker.part) }
    viewRequest = nil
  }

  private func writeViews(_ part: Part) {
    guard let request = viewRequest else { return }
    let (slots, group, target) = (request.slots, request.group, request.target)
    let bytes = views[group].shape.count * MemoryLayout<Float>.stride
    for chunk in part.range(of: panelCountFor(samples: slots.count)) {
      let base = target.first + chunk * target.chunk
      let own = min(panelWidth, slots.count - chunk * panelWidth)
      // a panel at once, which has room for a whole one; arrays one by one, to find them in the cache
      let isPanel = target.agent == 1
      if isPanel { memset(base, 0, bytes * panelWidth) }
      for agent in 0..<own {
        let view = base + agent * target.agent
        if !isPanel { memset(view, 0, bytes) }
        writeView(
          of: slots.lowerBound + chunk * panelWidth + agent, group, to: view, target.layout)
      }
    }
  }

  /// Writes the numbers of one view that are not 0.
  private func writeView(
    of slot: Int, _ group: Int, to view: UnsafeMutablePointer<Float>, _ layout: ViewLayout
  ) {
    let direction = agents.direction.pointer[slot]
    var (x, y) = (Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]))
    if !isSimple {
      let size = size(of: slot, groups[group].type)
      (x, y) = firstCell(x, y, columns: size.columns, rows: size.rows, direction)
    }
    let (table, own) = (views[group], map.cell(x, y))
    let sight = table.sights[Int(direction)]
    let looker = Looker(
      kinds: map.kind + own, occupants: map.occupant.pointer + own, health: agents.health.pointer,
      fullHealth: fullHealth.pointer, channels: table.channels.pointer, layout: layout, view: view)
    for first in stride(from: 0, to: sight.windows.count, by: 8) {
      looker.look(sight.windows.pointer + first, step: sight.step)
    }
    if description.hasMinimap { writeMinimap(of: slot, group, to: view, layout) }
  }
}

/// An agent that looks around; pointers to what lies in cells begin at its own.
private struct Looker {
  let kinds: UnsafePointer<UInt8>
  let occupants: UnsafePointer<Int32>
  let health: UnsafePointer<Float>
  let fullHealth: UnsafePointer<Float>
  let channels: UnsafePointer<Int32>
  let layout: ViewLayout
  let view: UnsafeMutablePointer<Float>

  /// Looks through eight windows at once.
  @inline(__always)
  func look(_ windows: UnsafePointer<ViewTable.Window>, step: Int) {
    // a bit for each of 64 cells where there is something
    var found: UInt64 = 0
    for index in 0..<8 {
      let window = windows[index]
      found |= (taken(window.cell) & window.seen) << UInt64(8 * index)
    }
    while found != 0 {
      let bit = found.trailingZeroBitCount
      found &= found &- 1
      let (window, place) = (windows[bit >> 3], bit & 7)
      see(window.cell &+ place, view + (window.place &+ place &* step) &* layout.cell)
    }
  }

  /// A bit for each of eight cells, the first lowest, that is not blank.
  @inline(__always)
  private func taken(_ cell: Int) -> UInt64 {
    let kinds = UnsafeRawPointer(kinds + cell).loadUnaligned(as: UInt64.self).littleEndian
    // kinds are below 128, so whatever is not 0 reaches the highest bit of its byte, and the product
    // gathers these in the highest byte
    let marks = (kinds &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7 & 0x0101_0101_0101_0101
    return (marks &* 0x0102_0408_1020_4080) >> 56
  }

  @inline(__always)
  private func see(_ cell: Int, _ place: UnsafeMutablePointer<Float>) {
    let kind = Int(kinds[cell])
    let channel = place + Int(channels[kind]) &* layout.channel
    channel[0] = 1
    guard kind >= WorldMap.firstGroup else { return }
    channel[layout.channel] =
      health[Int(occupants[cell])] / fullHealth[kind &- Int(WorldMap.firstGroup)]
  }
}
