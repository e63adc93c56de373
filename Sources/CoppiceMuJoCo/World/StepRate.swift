import CoppiceEnvironments
import CoppiceRandom
package import CoppiceTensors

/// How fast a task steps, beside a bare loop of the same simulation.
package struct StepRate: Sendable {
  /// Steps per second of a loop in C that writes the controls, calls `mj_step` as often as the task
  /// and then `mj_rnePostConstraint`.
  package var bare: Double
  /// Steps per second of the task in a `SequentialVectorEnvironment` of one member.
  package var task: Double
  /// The share of the bare rate that the task reaches: the median over the rounds.
  package var share: Double

  /// Measures on the calling thread: both take the same random actions from the same state, by
  /// turns.
  ///
  /// - Parameters:
  ///   - id: The task.
  ///   - rounds: How often each takes its turn, of at most 100 steps; none of them ends an episode.
  /// - Returns: The medians over the rounds.
  /// - Throws: `UserError` when there is no such task, or no MuJoCo.
  package static func measure(_ id: String, rounds: Int) throws(UserError) -> StepRate {
    let task = try makeTask(id)
    let world = try makeTask(id).world
    let environment = try SequentialVectorEnvironment([task])
    let actions = AlignedBuffer<Double>(count: 100 * task.world.controls.count)
    var rates: (bare: [Double], task: [Double], share: [Double]) = ([], [], [])
    let clock = ContinuousClock()

    for round in 0..<rounds {
      let key = RandomKey(seed: 1).split(round)
      fill(actions, from: world, key: key.split("actions"))
      try environment.reset(key: key)
      let count = try play(environment, actions, count: 100) - 1
      guard count > 0 else { continue }

      try environment.reset(key: key)
      world.reset()
      _ = world.positions.update(fromContentsOf: task.world.positions)
      _ = world.velocities.update(fromContentsOf: task.world.velocities)
      world.forward()
      let start = clock.now
      _ = try play(environment, actions, count: count)
      let middle = clock.now
      world.follow(actions.pointer, rows: count)
      let (taskTime, bareTime) = (middle - start, clock.now - middle)
      rates.bare.append(Double(count) / (bareTime / .seconds(1)))
      rates.task.append(Double(count) / (taskTime / .seconds(1)))
      rates.share.append(bareTime / taskTime)
    }
    return StepRate(
      bare: median(rates.bare), task: median(rates.task), share: median(rates.share))
  }

  private static func makeTask(_ id: String) throws(UserError) -> any MuJoCoTask {
    guard let task = try EnvironmentCatalogue.mujoco.makeMember(id) as? any MuJoCoTask else {
      throw UserError(
        .configuration, found: "\(id) is no MuJoCo task", action: "name one of the MuJoCo tasks")
    }
    return task
  }

  /// Fills `actions` with random controls of `world`.
  private static func fill(
    _ actions: AlignedBuffer<Double>, from world: MuJoCoWorld, key: RandomKey
  ) {
    var random = key.stream()
    let ranges = world.controlRanges
    for index in 0..<actions.count {
      let control = index % world.controls.count
      actions[index] = random.nextUniform(ranges[2 * control], ranges[2 * control + 1])
    }
  }

  /// Acts `count` times, or until the episode ends, and returns how often.
  private static func play(
    _ environment: SequentialVectorEnvironment, _ rows: AlignedBuffer<Double>, count: Int
  ) throws(UserError) -> Int {
    let size = environment.specification.actionSpace.size
    let action = AlignedBuffer<Double>(count: size)
    for step in 0..<count {
      action.pointer.update(from: rows.pointer + step * size, count: size)
      try environment.step(actions: action)
      let outcome = environment.outcomes[0]
      if outcome.terminated || outcome.truncated { return step + 1 }
    }
    return count
  }

  private static func median(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.sorted()[values.count / 2]
  }
}
