public import CoppiceGridWorld
public import CoppiceTensors

extension WorldEpisode {
  /// Writes what agents see, the view first and their features behind it.
  ///
  /// - Parameters:
  ///   - agents: Which agents of the group, in its order.
  ///   - group: Which group.
  ///   - panels: As many samples as agents, or more; features of panels behind those of the agents stay as they are.
  public func observe(_ agents: Range<Int>, of group: Int, into panels: Panels<Float>) {
    world.writeViews(of: agents, in: group, to: panels)
    world.writeFeatures(
      of: agents, in: group, to: panels, from: world.viewShape(of: group).count)
  }

  /// The same into panels that know what was written last, which is faster.
  public func observe(_ agents: Range<Int>, of group: Int, into views: ViewPanels) {
    world.writeViews(of: agents, in: group, to: views)
    world.writeFeatures(
      of: agents, in: group, to: views.panels, from: world.viewShape(of: group).count)
  }

  /// Hands what all agents of a group see to `body`, as many at a time as there is room for, so that the
  /// observations of a large group are never all in memory.
  ///
  /// - Parameters:
  ///   - group: Which group.
  ///   - views: Room for them.
  ///   - size: The most at a time.
  ///   - body: Receives which agents they are of, in the order of the group.
  public func observeAll(
    of group: Int, into views: ViewPanels, atOnce size: Int, _ body: (Range<Int>) -> Void
  ) {
    let count = groups[group].count
    for first in stride(from: 0, to: count, by: size) {
      let agents = first..<min(count, first + size)
      observe(agents, of: group, into: views)
      body(agents)
    }
  }
}
