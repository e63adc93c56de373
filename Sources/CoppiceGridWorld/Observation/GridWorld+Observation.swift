import CCoppiceKernels
public import CoppiceTensors

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
    write(agents, group, .arrays(output, views[group].shape))
  }

  /// Writes what agents of a group see into the first features of panels, one agent a sample, on all threads.
  ///
  /// Numbers as in plain arrays, in the order `[channels, height, width]`.
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
    write(agents, group, .panels(panels, shape))
  }

  /// The same into panels that know what was written last, which is faster.
  public func writeViews(of agents: Range<Int>, in group: Int, to views: ViewPanels) {
    let (shape, panels) = (self.views[group].shape, views.panels)
    precondition(
      panels.panelCount * panelWidth >= agents.count && panels.featureCount >= shape.count,
      "panels for \(agents.count) views of \(shape.count) numbers")
    write(agents, group, .panels(panels, shape), views)
  }

  private func write(
    _ agents: Range<Int>, _ group: Int, _ target: ViewTarget, _ records: ViewPanels? = nil
  ) {
    precondition(agents.upperBound <= groups[group].count, "agents that the group has")
    if description.hasMinimap { countMinimap(of: views[group]) }
    viewTarget = (group, groups[group].first + agents.lowerBound, agents.count, target, records)
    pool.run { [self] worker in writeViews(worker.part) }
    viewTarget = nil
  }

  private func writeViews(_ part: Part) {
    guard let (group, first, count, target, records) = viewTarget else { return }
    let sight = sight(of: group)
    let shape = views[group].shape
    for chunk in part.range(of: panelCountFor(samples: count)) {
      let slot = first + chunk * panelWidth
      let own = min(panelWidth, count - chunk * panelWidth)
      let output = target.first + chunk * target.chunk
      withUnsafeTemporaryAllocation(of: coppice_eye.self, capacity: panelWidth) { eyes in
        for agent in 0..<own { eyes[agent] = eye(of: slot + agent, group) }
        withUnsafePointer(to: sight) { sight in
          guard let eyes = eyes.baseAddress else { return }
          if let records {
            records.look(sight, from: eyes, count: own, shape: shape, panel: chunk)
          } else {
            coppice_look(sight, eyes, own, output, target.layout)
          }
        }
      }
      guard description.hasMinimap else { continue }
      for agent in 0..<own {
        writeMinimap(
          of: slot + agent, group, to: output + agent * target.layout.agent, target.layout)
      }
    }
  }

  /// What agents of a group see.
  private func sight(of group: Int) -> coppice_sight {
    let view = views[group]
    return coppice_sight(
      kinds: map.kind, occupants: map.occupant.pointer, health: agents.health.pointer,
      full_health: fullHealth.pointer, channels: view.channels.pointer,
      first_group: WorldMap.firstGroup, spans: view.spans.pointer, spans_of_row: view.spansOfRow,
      steps: view.steps.pointer, height: view.shape.height, width: view.shape.width,
      channel_count: view.shape.channels)
  }

  /// Where an agent looks from.
  private func eye(of slot: Int, _ group: Int) -> coppice_eye {
    let (x, y) = firstCell(of: slot, groups[group].type)
    return coppice_eye(
      cell: Int32(map.cell(x, y)), direction: Int32(agents.direction.pointer[slot]))
  }
}
