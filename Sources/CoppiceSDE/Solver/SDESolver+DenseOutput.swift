public import CoppiceTensors

/// How a solution is read between two of its steps.
public enum DenseOutput: String, Sendable, Codable, CaseIterable {
  /// On a straight line. Between the steps of a noisy equation that is of strong order one half, whatever the order of
  /// the method: what the noise did meanwhile is left out.
  case line
  /// On a straight line, and beside it what the noise did meanwhile, y + θ Δy + g (W(t) − θ ΔW) with g at the step's
  /// beginning: of strong order 1, and exact where g alone moves the state and is constant. Asks the path for another
  /// time, and costs an evaluation for each panel.
  case bridge
}

extension SDESolver {
  /// The solution at any time between its first and its last.
  ///
  /// At the end of a step it is the step's own state, to the bit.
  ///
  /// - Parameters:
  ///   - time: When.
  ///   - scheme: How it is read between two steps.
  /// - Returns: `[D]` panels.
  /// - Throws: `UserError` of kind `configuration` when the solver keeps no steps or has not solved, when the time lies
  ///   outside the solution, and when a bridge is wanted of a path that knows fixed times alone.
  /// - Complexity: A search among the steps of each panel; allocates what it returns.
  public func state(
    at time: Double, by scheme: DenseOutput = .line
  ) throws(UserError) -> Panels<Fields.Scalar> {
    guard !kept.isEmpty else {
      throw UserError(
        .configuration, found: "a solver that keeps no steps",
        expected: "one that was made to keep them", action: "make it with keepsSteps: true")
    }
    guard isSolved else {
      throw UserError(
        .configuration, found: "a state at time \(time) of no solution",
        expected: "a solver that reached its end", action: "solve first")
    }
    let (first, last) = (grid.times[0], grid.times[grid.stepCount])
    guard first <= time, time <= last else {
      throw UserError(
        .configuration, found: "a state at time \(time)",
        expected: "a time from \(first) to \(last)", action: "ask within the solution")
    }
    for panel in paths.indices where scheme == .bridge && !paths[panel].knowsEveryTime {
      throw UserError(
        .configuration, found: "a bridge along a path that knows fixed times alone",
        expected: "one that can be asked at any time",
        action: "take a BrownianInterval, or a straight line")
    }
    let states = Panels<Scalar>(featureCount: fields.stateCount, sampleCount: sampleCount)
    for panel in paths.indices { write(stateAt: time, panel, scheme, into: states) }
    return states
  }

  private func write(
    stateAt time: Double, _ panel: Int, _ scheme: DenseOutput, into states: Panels<Scalar>
  ) {
    let count = states.stride
    let step = step(holding: time, panel: panel)
    let old = UnsafePointer(kept[panel].pointer + step * count)
    let start = self.time(step, panel: panel)
    guard time > start else {
      states.panel(panel).update(from: old, count: count)
      return
    }
    let end = self.time(step + 1, panel: panel)
    let share = (time - start) / (end - start)
    assign(count, Scalar(1 - share), old, to: states.panel(panel))
    accumulate(count, Scalar(share), old + count, into: states.panel(panel))
    guard scheme == .bridge else { return }

    let noiseCount = fields.channelCount * panelWidth
    let noise = AlignedBuffer<Scalar>(count: 2 * noiseCount)
    let product = AlignedBuffer<Scalar>(count: count)
    let tape = fields.makeTape(slotCount: 1, withGradients: false)
    withExtendedLifetime((noise, product, tape)) {
      let (whole, part) = (noise.pointer, noise.pointer + noiseCount)
      paths[panel].query(from: start, to: end, increment: whole, area: nil)
      paths[panel].query(from: start, to: time, increment: part, area: nil)
      accumulate(noiseCount, Scalar(-share), whole, into: part)
      fields.evaluate(time: start, state: old, panel: panel, slot: 0, tape: tape)
      fields.noiseProduct.product(
        tape.diffusion(slot: 0), UnsafePointer(part), to: product.pointer)
      accumulate(count, 1, product.pointer, into: states.panel(panel))
    }
  }

  /// The last step of a panel that begins at `time` or before; one more than there are for the end of the last.
  private func step(holding time: Double, panel: Int) -> Int {
    var (low, high) = (0, stepCount(ofPanel: panel))
    while low < high {
      let middle = (low + high + 1) / 2
      if self.time(middle, panel: panel) <= time { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
