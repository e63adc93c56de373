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
    let own = groups[group]
    precondition(agents.upperBound <= own.count, "agents that the group has")
    featureRequest = FeatureRequest(
      slots: (own.first + agents.lowerBound)..<(own.first + agents.upperBound),
      actionCount: own.actions.count, output: output, chunk: chunk, agent: agent, feature: feature)
    // what more a closure captures is allocated
    pool.run { [self] worker in writeFeatures(worker.part) }
    featureRequest = nil
  }

  private func writeFeatures(_ part: Part) {
    guard let request = featureRequest else { return }
    let slots = request.slots
    for chunk in part.range(of: panelCountFor(samples: slots.count)) {
      let slot = slots.lowerBound + chunk * panelWidth
      writeFeatures(
        slot..<min(slot + panelWidth, slots.upperBound), request.actionCount,
        to: request.output + chunk * request.chunk, request.agent, request.feature)
    }
  }

  /// Feature by feature, which in a panel lie side by side for all its agents.
  private func writeFeatures(
    _ slots: Range<Int>, _ actionCount: Int, to output: UnsafeMutablePointer<Float>, _ agent: Int,
    _ feature: Int
  ) {
    let (bits, first) = (description.numberBits, slots.lowerBound)
    func write(_ index: Int, _ value: (Int) -> Float) {
      let row = output + index * feature
      for slot in slots { row[(slot - first) * agent] = value(slot) }
    }
    let (numbers, lastActions) = (agents.number.pointer, agents.lastAction.pointer)
    for bit in 0..<bits { write(bit) { Float(numbers[$0] >> Int32(bit) & 1) } }
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

/// Agents whose features are to be written, and where to.
struct FeatureRequest {
  var slots: Range<Int>
  var actionCount: Int
  var output: UnsafeMutablePointer<Float>
  /// From 64 agents to the next.
  var chunk: Int
  /// From an agent to the next.
  var agent: Int
  /// From a feature to the next.
  var feature: Int
}
