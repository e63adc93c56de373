public import CoppiceEnvironments
public import CoppiceTensors

/// Maps an agent's actions in [−1, 1] to the action space of an environment.
public struct ActionMap: Sendable {
  /// The middle of each action's range.
  public let centre: [Double]
  /// Half the width of each action's range.
  public let halfWidth: [Double]

  /// The map to the action space of `specification`.
  ///
  /// - Throws: `UserError` of kind `configuration` when actions are not vectors with finite bounds.
  public init(_ specification: EnvironmentSpecification) throws(UserError) {
    guard case .box(let low, let high) = specification.actionSpace,
      zip(low, high).allSatisfy({ $0.isFinite && $1.isFinite && $0 < $1 })
    else {
      throw UserError(
        .configuration, found: "\(specification.id), whose actions are not bounded real numbers",
        expected: "an environment with continuous actions",
        action: "choose another environment; `coppice list environments` shows action spaces")
    }
    centre = zip(low, high).map { ($0 + $1) / 2 }
    halfWidth = zip(low, high).map { ($1 - $0) / 2 }
  }

  /// Maps any number of actions.
  ///
  /// - Parameters:
  ///   - actions: `[N, A]`, in [−1, 1].
  ///   - result: Receives `[N, A]`, within the action space.
  public func apply(_ actions: AlignedBuffer<Double>, into result: AlignedBuffer<Double>) {
    let count = centre.count
    for index in 0..<actions.count {
      let dimension = index % count
      result.pointer[index] =
        centre[dimension] + halfWidth[dimension] * actions.pointer[index]
    }
  }
}
