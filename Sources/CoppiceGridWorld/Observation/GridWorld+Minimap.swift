import CCoppiceKernels
import CoppiceTensors

/// Where the agents of each group are, on a map as large as a view.
final class Minimap {
  /// `[groups, height, width]`: which part of the group is where.
  let parts: AlignedBuffer<Float>
  /// Whether this is where they are now.
  var isCurrent = false

  init(_ shape: ViewShape, groupCount: Int) {
    parts = AlignedBuffer(count: groupCount * shape.height * shape.width)
  }
}

extension GridWorld {
  /// Counts where everybody is, once for each state of the world; those that died in the last step count until
  /// they are cleared.
  func countMinimap(of view: ViewTable) {
    let (minimap, shape) = (view.minimap, view.shape)
    guard !minimap.isCurrent else { return }
    minimap.isCurrent = true
    minimap.parts.zero()
    let area = shape.height * shape.width
    for (index, group) in groups.enumerated() where group.count > 0 {
      let parts = minimap.parts.pointer + index * area
      for slot in group.slots { parts[place(of: slot, shape)] += 1 }
      for cell in 0..<area { parts[cell] /= Float(group.count) }
    }
  }

  /// Where an agent is on a map as large as a view.
  private func place(of slot: Int, _ shape: ViewShape) -> Int {
    let rows = (map.height + shape.height - 1) / shape.height
    let columns = (map.width + shape.width - 1) / shape.width
    return Int(agents.y.pointer[slot]) / rows * shape.width + Int(agents.x.pointer[slot]) / columns
  }

  func writeMinimap(
    of slot: Int, _ group: Int, to view: UnsafeMutablePointer<Float>, _ layout: coppice_view_layout
  ) {
    let shape = views[group].shape
    let area = shape.height * shape.width
    let own = place(of: slot, shape)
    for other in groups.indices {
      let parts = views[group].minimap.parts.pointer + other * area
      let seen = Int(views[group].channels.pointer[Int(WorldMap.firstGroup) + other])
      let channel = view + (seen + 2) * layout.channel
      for cell in 0..<area { channel[cell * layout.cell] = parts[cell] }
      channel[own * layout.cell] += 1
    }
  }
}
