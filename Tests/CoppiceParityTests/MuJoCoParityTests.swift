import CoppiceEnvironments
import CoppiceMuJoCo
import Testing

@Suite(
  "MuJoCo tasks agree with Gymnasium",
  .enabled(if: MuJoCoInstallation.isAvailable, "MuJoCo is not installed"))
struct MuJoCoParityTests {
  static let ids = EnvironmentCatalogue.mujoco.entries.map(\.id)

  /// How far observations and rewards may be apart, relative above 1.
  let tolerance = 1e-9

  func task(_ id: String, _ run: Recording.Run) throws -> any MuJoCoTask {
    let member = try EnvironmentCatalogue.mujoco.makeMember(id, options: run.options)
    return try #require(member as? any MuJoCoTask)
  }

  /// Puts `task` into the state before recorded step `step`.
  func seat(_ task: any MuJoCoTask, _ run: Recording.Run, _ step: Int) {
    let world = task.world
    _ = world.positions.update(fromContentsOf: run["before-positions"][step])
    _ = world.velocities.update(fromContentsOf: run["before-velocities"][step])
    _ = world.warmStart.update(fromContentsOf: run["before-warm-start"][step])
    world.time.pointee = run["before-time"].numbers[step]
    if let ant = task as? Ant {
      let start = 3 * ant.mainBody
      _ = world.bodyPositions[start..<start + 3].update(
        fromContentsOf: run["before-origin"][step])
    }
    if task is Humanoid {
      // every body at the centre of mass gives that centre of mass
      for body in 1..<world.bodyMasses.count {
        _ = world.bodyMassCentres[3 * body..<3 * body + 3].update(
          fromContentsOf: run["before-origin"][step])
      }
    }
  }

  @Test("every step from the recorded state leads where it did", arguments: ids)
  func reseated(id: String) throws {
    let recording = try Recording(id)
    #expect(recording.runs.count >= 4)
    for run in recording.runs {
      var task = try task(id, run)
      let observations = run.rows("observation", at: "observed-step")
      let resets = Set(run["reset-step"].numbers.map { Int($0) })
      if run.options.isEmpty { #expect(run.stepCount >= 200) }
      #expect(observations.count >= 5)
      for step in 0..<run.stepCount {
        seat(task, run, step)
        let (observation, outcome) = task.act(run["action"][step])
        #expect(deviation([outcome.reward], run["reward"][step]) <= tolerance)
        #expect(outcome.terminated == (run["terminated"].numbers[step] == 1))
        if let recorded = observations[step] {
          #expect(deviation(observation, recorded) <= tolerance)
        }
        if step + 1 < run.stepCount, !resets.contains(step + 1) {
          let (positions, velocities) = (task.world.positions, task.world.velocities)
          #expect(deviation(positions, run["before-positions"][step + 1]) <= tolerance)
          #expect(deviation(velocities, run["before-velocities"][step + 1]) <= tolerance)
        }
      }
    }
  }

  @Test(
    "a recorded start shows what it showed, and 20 steps from it lead where they did",
    arguments: ids)
  func freeRunning(id: String) throws {
    let recording = try Recording(id)
    for run in recording.runs {
      var task = try task(id, run)
      let size = task.specification.observationSpace.size
      let observations = run.rows("observation", at: "observed-step")
      let starts = run.rows("reset-observation", at: "reset-step")
      for (start, recorded) in starts {
        let seen = observation(size) { span in
          task.seat(
            positions: run["before-positions"][start], velocities: run["before-velocities"][start],
            observation: &span)
        }
        #expect(deviation(seen, recorded) <= tolerance)
        #expect(deviation(task.world.warmStart, run["before-warm-start"][start]) <= tolerance)
        for step in start..<min(start + 20, run.stepCount) {
          guard step == start || starts[step] == nil else { break }
          let (observation, outcome) = task.act(run["action"][step])
          #expect(deviation([outcome.reward], run["reward"][step]) <= tolerance)
          #expect(outcome.terminated == (run["terminated"].numbers[step] == 1))
          if let recorded = observations[step] {
            #expect(deviation(observation, recorded) <= tolerance)
          }
        }
      }
    }
  }
}
