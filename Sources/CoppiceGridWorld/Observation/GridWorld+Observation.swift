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

  /// Has ``writeObservations(of:in:to:panel:)`` find what it needs.
  ///
  /// - Complexity: O(`N`) with a small map.
  public func prepareObservations(of group: Int) {
    if description.hasMinimap { countMinimap(of: views[group]) }
  }

  /// Writes what up to 64 agents of a group see, and behind it their features, into one panel, by the calling
  /// thread alone: others may write other panels meanwhile.
  ///
  /// ```swift
  /// world.prepareObservations(of: group)
  /// pool.run { worker in
  ///   let own = worker.part.range(of: world.groups[group].count)
  ///   for first in stride(from: own.lowerBound, to: own.upperBound, by: panelWidth) {
  ///     let agents = first..<min(own.upperBound, first + panelWidth)
  ///     world.writeObservations(of: agents, in: group, to: views, panel: worker.part.index)
  ///   }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - agents: Which agents of the group, in its order.
  ///   - group: Which group; ``prepareObservations(of:)`` was called since the world last changed.
  ///   - views: Room for views and features.
  ///   - panel: Which of the panels.
  /// - Precondition: The group has these agents, and not more than 64 of them are asked for.
  public func writeObservations(
    of agents: Range<Int>, in group: Int, to views: ViewPanels, panel: Int
  ) {
    let (shape, panels) = (self.views[group].shape, views.panels)
    precondition(
      agents.count <= panelWidth && agents.upperBound <= groups[group].count,
      "agents that the group has, and at most \(panelWidth)")
    precondition(
      panel < panels.panelCount && panels.featureCount >= shape.count + featureCount(of: group),
      "panels for \(shape.count) numbers of a view and \(featureCount(of: group)) features")
    guard !agents.isEmpty else { return }
    let first = groups[group].first + agents.lowerBound
    write(first, agents.count, group, .panels(panels, shape), views, sight(of: group), panel: panel)
    writeFeatures(
      first..<(first + agents.count), tables[group].actionCount,
      to: panels.panel(panel, feature: shape.count), 1, panelWidth)
  }

  private func writeViews(_ part: Part) {
    guard let (group, first, count, target, records) = viewTarget else { return }
    let sight = sight(of: group)
    for panel in part.range(of: panelCountFor(samples: count)) {
      write(
        first + panel * panelWidth, min(panelWidth, count - panel * panelWidth), group, target,
        records, sight, panel: panel)
    }
  }

  /// Writes what the agents in up to 64 slots see.
  private func write(
    _ first: Int, _ count: Int, _ group: Int, _ target: ViewTarget, _ records: ViewPanels?,
    _ sight: coppice_sight, panel: Int
  ) {
    let shape = views[group].shape
    let output = target.first + panel * target.chunk
    withUnsafeTemporaryAllocation(of: coppice_eye.self, capacity: panelWidth) { eyes in
      for agent in 0..<count { eyes[agent] = eye(of: first + agent, group) }
      withUnsafePointer(to: sight) { sight in
        guard let eyes = eyes.baseAddress else { return }
        if let records {
          records.look(sight, from: eyes, count: count, shape: shape, panel: panel)
        } else {
          coppice_look(sight, eyes, count, output, target.layout)
        }
      }
    }
    guard description.hasMinimap else { return }
    for agent in 0..<count {
      writeMinimap(
        of: first + agent, group, to: output + agent * target.layout.agent, target.layout)
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
