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
    let shape = views[group].shape
    let first = groups[group].first + agents.lowerBound
    if description.hasMinimap { countMinimap(of: views[group]) }
    pool.run { [self] worker in
      for chunk in worker.part.range(of: panelCountFor(samples: agents.count)) {
        let base = target.first + chunk * target.chunk
        let own = min(panelWidth, agents.count - chunk * panelWidth)
        // arrays end with the last agent, panels have room for a whole one
        let count = shape.count * (target.agent == 1 ? panelWidth : own)
        memset(base, 0, count * MemoryLayout<Float>.stride)
        for agent in 0..<own {
          let slot = first + chunk * panelWidth + agent
          writeView(of: slot, group, to: base + agent * target.agent, target.layout)
        }
      }
    }
  }

  /// Writes the numbers of one view that are not 0.
  private func writeView(
    of slot: Int, _ group: Int, to view: UnsafeMutablePointer<Float>, _ layout: ViewLayout
  ) {
    let table = views[group]
    let direction = agents.direction.pointer[slot]
    var (x, y) = (Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]))
    if !isSimple {
      let size = size(of: slot, groups[group].type)
      (x, y) = firstCell(x, y, columns: size.columns, rows: size.rows, direction)
    }
    let (width, height) = (map.width, map.height)
    let runs = table.runs[Int(direction)]
    let kinds = map.kind.pointer
    for index in 0..<runs.count {
      let run = runs.pointer[index]
      let (firstX, firstY) = (x + run.x, y + run.y)
      // the cells of the run that lie within the world
      var (begin, end) = (0, run.count)
      clip(firstX, run.stepX, width, &begin, &end)
      clip(firstY, run.stepY, height, &begin, &end)
      guard begin < end else { continue }
      let row = view + run.row * layout.row + run.column * layout.column
      if run.stepX == 1 {
        let first = firstY * width + firstX
        scan(kinds + first, begin, end) { place, kind in
          see(kind, first + place, group, row + place * layout.column, layout)
        }
      } else {
        let step = run.stepY * width + run.stepX
        for place in begin..<end {
          let cell = firstY * width + firstX + place * step
          guard kinds[cell] != WorldMap.blank else { continue }
          see(kinds[cell], cell, group, row + place * layout.column, layout)
        }
      }
    }
    if description.hasMinimap { writeMinimap(of: slot, group, to: view, layout) }
  }

  /// Calls `found` for every cell of a row from `begin` to `end` that is not blank; eight are looked at together.
  @inline(__always)
  private func scan(
    _ row: UnsafePointer<UInt8>, _ begin: Int, _ end: Int, _ found: (Int, UInt8) -> Void
  ) {
    let bytes = UnsafeRawPointer(row)
    var place = begin
    while place < end {
      // the map has memory behind its last cell
      var word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
      if end - place < 8 { word &= 1 << UInt64(8 * (end - place)) - 1 }
      while word != 0 {
        let byte = word.trailingZeroBitCount >> 3
        found(place + byte, UInt8(truncatingIfNeeded: word >> UInt64(8 * byte)))
        word &= ~(0xFF << UInt64(8 * byte))
      }
      place += 8
    }
  }

  /// Leaves out steps that would begin before 0 or reach `end` of an axis.
  @inline(__always)
  private func clip(_ first: Int, _ step: Int, _ size: Int, _ begin: inout Int, _ end: inout Int) {
    switch step {
    case 1:
      begin = max(begin, -first)
      end = min(end, size - first)
    case -1:
      begin = max(begin, first - size + 1)
      end = min(end, first + 1)
    default: if first < 0 || first >= size { end = begin }
    }
  }

  @inline(__always)
  private func see(
    _ kind: UInt8, _ cell: Int, _ group: Int, _ place: UnsafeMutablePointer<Float>,
    _ layout: ViewLayout
  ) {
    guard kind != WorldMap.wall else {
      place[0] = 1
      return
    }
    let other = Int(kind - WorldMap.firstGroup)
    let channel = 1 + channelsOfGroup * relative(other, to: group)
    place[channel * layout.channel] = 1
    let health = agents.health.pointer[Int(map.occupant.pointer[cell])]
    place[(channel + 1) * layout.channel] = health / fullHealth.pointer[other]
  }

  var channelsOfGroup: Int { description.hasMinimap ? 3 : 2 }

  /// The place of a group as another one counts them: itself first.
  @inline(__always)
  func relative(_ other: Int, to group: Int) -> Int {
    other >= group ? other - group : other - group + views.count
  }
}
