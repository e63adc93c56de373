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
    let first = groups[group].first + agents.lowerBound
    pool.run { [self] worker in
      for part in worker.part.range(of: panelCountFor(samples: agents.count)) {
        for lane in 0..<min(panelWidth, agents.count - part * panelWidth) {
          writeFeatures(
            of: first + part * panelWidth + lane, group, to: output + part * chunk + lane * agent,
            feature)
        }
      }
    }
  }

  private func writeFeatures(
    of slot: Int, _ group: Int, to output: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    let (bits, actionCount) = (description.numberBits, groups[group].actions.count)
    for index in 0..<featureCount(of: group) { output[index * step] = 0 }
    let number = agents.number.pointer[slot]
    for bit in 0..<bits { output[bit * step] = Float(number >> Int32(bit) & 1) }
    let last = Int(agents.lastAction.pointer[slot])
    if last >= 0 { output[(bits + last) * step] = 1 }
    output[(bits + actionCount) * step] = agents.lastReward.pointer[slot]
    guard description.hasMinimap else { return }
    output[(bits + actionCount + 1) * step] = Float(agents.x.pointer[slot]) / Float(map.width)
    output[(bits + actionCount + 2) * step] = Float(agents.y.pointer[slot]) / Float(map.height)
  }
}
