import CCoppiceKernels
public import CoppiceTensors

/// Whose actions an agent's mean action is the mean of.
public enum Company: String, Codable, Sendable, CaseIterable {
  /// The others of its group that it sees.
  case view
  /// Its whole group, itself included.
  case group
}

extension GridWorld {
  /// Writes for agents of a group what part of their company did each action last.
  ///
  /// Those that have not done anything yet, and those that are not there any more, are in nobody's company;
  /// the mean of nobody is 0 everywhere. A body of several cells is seen where its upper left cell is.
  ///
  /// - Parameters:
  ///   - agents: Which agents of the group, in its order.
  ///   - group: Which group.
  ///   - company: Whose actions.
  ///   - panels: As many samples as agents, or more, and room for as many features as there are actions.
  ///   - first: The panels' feature that the first one goes to.
  /// - Precondition: The group has these agents.
  /// - Complexity: O(agents · (cells in a view + actions)), or O(group + agents · actions). No allocation.
  ///
  /// ## Source
  /// Yang, Luo, Li, Zhou, Zhang, Wang 2018, "Mean Field Multi-Agent Reinforcement Learning", arXiv
  /// 1802.05438, the mean over one-hot actions of section 3. The neighbours of an agent there are given
  /// with the game; in the battle of its published code they are the whole group.
  public func writeMeanActions(
    of agents: Range<Int>, in group: Int, among company: Company, to panels: Panels<Float>,
    from first: Int
  ) {
    let own = groups[group]
    precondition(agents.upperBound <= own.count, "agents that the group has")
    precondition(
      panels.panelCount * panelWidth >= agents.count
        && panels.featureCount >= first + own.actions.count,
      "panels for \(agents.count) agents and \(own.actions.count) actions")
    var share: Float = 0
    if company == .group {
      actionCounts.zero()
      let acting = countActions(of: own.slots)
      share = acting > 0 ? 1 / Float(acting) : 0
    }
    meanActionRequest = MeanActionRequest(
      slots: (own.first + agents.lowerBound)..<(own.first + agents.upperBound), group: group,
      company: company, share: share, output: panels.buffer.pointer + first * panelWidth,
      chunk: panels.stride)
    pool.run { [self] worker in writeMeanActions(worker.part) }
    meanActionRequest = nil
  }

  /// Counts what agents did last; returns how many did something.
  private func countActions(of slots: Range<Int>) -> Int {
    var count = 0
    for slot in slots
    where agents.lastAction.pointer[slot] >= 0 && agents.isDead.pointer[slot] == 0 {
      actionCounts.pointer[Int(agents.lastAction.pointer[slot])] += 1
      count += 1
    }
    return count
  }

  private func writeMeanActions(_ part: Part) {
    guard let request = meanActionRequest else { return }
    let (slots, actionCount) = (request.slots, groups[request.group].actions.count)
    for chunk in part.range(of: panelCountFor(samples: slots.count)) {
      let output = request.output + chunk * request.chunk
      let first = slots.lowerBound + chunk * panelWidth
      switch request.company {
      case .group:
        for action in 0..<actionCount {
          (output + action * panelWidth).update(
            repeating: actionCounts.pointer[action] * request.share, count: panelWidth)
        }
      case .view:
        output.update(repeating: 0, count: actionCount * panelWidth)
        for slot in first..<min(first + panelWidth, slots.upperBound) {
          writeSeenActions(of: slot, request.group, actionCount, to: output + slot - first)
        }
      }
    }
  }

  /// What part of those of its group that an agent sees did each action.
  private func writeSeenActions(
    of slot: Int, _ group: Int, _ actionCount: Int, to lane: UnsafeMutablePointer<Float>
  ) {
    let direction = agents.direction.pointer[slot]
    let own = Int32(slot)
    let kind = WorldMap.firstGroup + UInt8(group)
    let (x, y) = firstCell(of: slot, groups[group].type)
    let (origin, view) = (map.cell(x, y), views[group])
    let (step, spanCount) = (
      view.steps.pointer[Int(direction)], view.shape.height * view.spansOfRow
    )
    let spans = view.spans.pointer + Int(direction) * spanCount
    var count: Float = 0
    for index in 0..<spanCount {
      var seen = spans[index].seen
      while seen != 0 {
        let cell = origin + Int(spans[index].cell) + seen.trailingZeroBitCount * step
        seen &= seen &- 1
        guard map.kind[cell] == kind else { continue }
        let other = map.occupant.pointer[cell]
        let action = agents.lastAction.pointer[Int(other)]
        guard other != own, action >= 0, isSimple || isUpperLeft(cell, of: Int(other)) else {
          continue
        }
        lane[Int(action) * panelWidth] += 1
        count += 1
      }
    }
    guard count > 0 else { return }
    for action in 0..<actionCount { lane[action * panelWidth] /= count }
  }

  private func isUpperLeft(_ cell: Int, of slot: Int) -> Bool {
    cell == map.cell(Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]))
  }
}

/// Agents whose mean actions are to be written, and where to.
struct MeanActionRequest {
  var slots: Range<Int>
  var group: Int
  var company: Company
  /// Of one agent of the group, where the group is the company.
  var share: Float
  var output: UnsafeMutablePointer<Float>
  /// From 64 agents to the next.
  var chunk: Int
}
