import CoppiceTensors

/// What a recurrent network remembers of each agent, by its number.
///
/// ## Shapes
/// - `N` agents, `H` units
public final class AgentStates {
  /// `H`.
  public let unitCount: Int

  /// `[N, H]`.
  private var states = AlignedBuffer<Float>(count: 0)

  /// Memory of nobody yet.
  public init(unitCount: Int) { self.unitCount = unitCount }

  /// Makes room for agents with numbers below `capacity`; forgets everything where there was less.
  public func reserve(_ capacity: Int) {
    if states.count < capacity * unitCount {
      states = AlignedBuffer(count: capacity * unitCount)
    }
  }

  /// Forgets what is remembered of some agents.
  ///
  /// - Parameter numbers: The numbers of the agents.
  public func forget(_ numbers: UnsafeBufferPointer<Int32>) {
    for number in numbers {
      (states.pointer + Int(number) * unitCount).zero(count: unitCount)
    }
  }

  /// Brings states to the lanes of a panel.
  ///
  /// - Parameters:
  ///   - numbers: Whose states, for the first lanes.
  ///   - panel: Receives them, `[H, 64]`.
  public func load(
    _ numbers: Slice<UnsafeBufferPointer<Int32>>, into panel: UnsafeMutablePointer<Float>
  ) {
    for (lane, number) in numbers.enumerated() {
      let state = states.pointer + Int(number) * unitCount
      for unit in 0..<unitCount { panel[unit * panelWidth + lane] = state[unit] }
    }
  }

  /// Takes states from the lanes of a panel.
  ///
  /// - Parameters:
  ///   - numbers: Whose states, for the first lanes.
  ///   - panel: Where they are, `[H, 64]`.
  public func store(
    _ numbers: Slice<UnsafeBufferPointer<Int32>>, from panel: UnsafePointer<Float>
  ) {
    for (lane, number) in numbers.enumerated() {
      let state = states.pointer + Int(number) * unitCount
      for unit in 0..<unitCount { state[unit] = panel[unit * panelWidth + lane] }
    }
  }
}
