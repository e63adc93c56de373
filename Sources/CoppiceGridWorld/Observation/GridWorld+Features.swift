public import CoppiceTensors

extension GridWorld {
  /// Writes what agents of a group are told besides their views as a plain array, on all threads.
  ///
  /// - Parameters:
  ///   - agents: Which agents of the group, in its order.
  ///   - group: Which group.
  ///   - output: `[agents, features]`.
  /// - Precondition: The group has these agents.
  /// - Complexity: O(agents · features).
  public func writeFeatures(
    of agents: Range<Int>, in group: Int, to output: UnsafeMutablePointer<Float>
  ) {
    let count = featureCount(of: group)
    writeFeatures(agents, group, to: output, chunk: count * panelWidth, agent: count, feature: 1)
  }

  /// Writes what agents of a group are told besides their views into panels, one agent a sample, on all threads.
  ///
  /// - Parameters:
  ///   - agents: Which agents of the group, in its order.
  ///   - group: Which group.
  ///   - panels: As many samples as agents, or more, and room for their features.
  ///   - first: The panels' feature that the first one goes to.
  /// - Precondition: The group has these agents.
  public func writeFeatures(
    of agents: Range<Int>, in group: Int, to panels: Panels<Float>, from first: Int = 0
  ) {
    precondition(
      panels.panelCount * panelWidth >= agents.count
        && panels.featureCount >= first + featureCount(of: group),
      "panels for \(agents.count) agents and \(featureCount(of: group)) features")
    writeFeatures(
      agents, group, to: panels.buffer.pointer + first * panelWidth, chunk: panels.stride, agent: 1,
      feature: panelWidth)
  }

  private func writeFeatures(
    _ agents: Range<Int>, _ group: Int, to output: UnsafeMutablePointer<Float>, chunk: Int,
    agent: Int, feature: Int
  ) {
    precondition(agents.upperBound <= groups[group].count, "agents that the group has")
    featureTarget = FeatureTarget(
      first: groups[group].first + agents.lowerBound, count: agents.count,
      actionCount: tables[group].actionCount, output: output, chunk: chunk, agent: agent,
      feature: feature)
    pool.run { [self] worker in writeFeatures(worker.part) }
    featureTarget = nil
  }

  private func writeFeatures(_ part: Part) {
    guard let target = featureTarget else { return }
    for chunk in part.range(of: panelCountFor(samples: target.count)) {
      let first = target.first + chunk * panelWidth
      let slots = first..<min(first + panelWidth, target.first + target.count)
      let output = target.output + chunk * target.chunk
      // a stride that is known is worth a loop of its own
      if target.agent == 1 {
        writeFeatures(slots, target.actionCount, to: output, 1, target.feature)
      } else {
        writeFeatures(slots, target.actionCount, to: output, target.agent, target.feature)
      }
    }
  }

  /// Feature by feature, which in a panel lie side by side for all its agents.
  @inline(__always)
  func writeFeatures(
    _ slots: Range<Int>, _ actionCount: Int, to output: UnsafeMutablePointer<Float>, _ agent: Int,
    _ feature: Int
  ) {
    let (bits, first, count) = (description.numberBits, slots.lowerBound, slots.count)
    @inline(__always) func write(_ index: Int, _ value: (Int) -> Float) {
      let row = output + index &* feature
      for place in 0..<count { row[place &* agent] = value(first &+ place) }
    }
    let (numbers, lastActions) = (agents.number.pointer, agents.lastAction.pointer)
    for bit in 0..<bits { write(bit) { Float(numbers[$0] &>> Int32(truncatingIfNeeded: bit) & 1) } }
    for action in 0..<actionCount { write(bits + action) { _ in 0 } }
    for slot in slots where lastActions[slot] >= 0 {
      output[(bits + Int(lastActions[slot])) * feature + (slot - first) * agent] = 1
    }
    let lastRewards = agents.lastReward.pointer
    write(bits + actionCount) { lastRewards[$0] }
    guard description.hasMinimap else { return }
    let (width, height) = (Float(map.width), Float(map.height))
    let (x, y) = (agents.x.pointer, agents.y.pointer)
    write(bits + actionCount + 1) { Float(x[$0]) / width }
    write(bits + actionCount + 2) { Float(y[$0]) / height }
  }
}

/// Memory for the features of many agents.
struct FeatureTarget {
  /// The slot of the first, and how many.
  var first: Int
  var count: Int
  var actionCount: Int
  var output: UnsafeMutablePointer<Float>
  /// From 64 agents to the next, from an agent, and from a feature.
  var chunk: Int
  var agent: Int
  var feature: Int
}
