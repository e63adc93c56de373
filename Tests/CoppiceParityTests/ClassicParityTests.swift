import CoppiceEnvironments
import Testing

@Suite("Classic control agrees with Gymnasium")
struct ClassicParityTests {
  static let ids = EnvironmentCatalogue.classic.entries.map(\.id)

  /// How far observations and rewards may be apart.
  let tolerance = 1e-9

  @Test("every step from the recorded state leads where it did", arguments: ids)
  func reseated(id: String) throws {
    for run in try Recording(id).runs {
      var task = try seatable(id, run)
      let recorded = run.rows("observation", at: "observed-step")
      #expect(recorded.count == run.stepCount)
      for step in 0..<run.stepCount {
        task.seat(run["before-state"][step], isSingle: run["before-single"].numbers[step] == 1)
        let (observation, outcome) = task.act(run["action"][step])
        #expect(deviation(observation, try #require(recorded[step])) <= tolerance)
        #expect(deviation([outcome.reward], run["reward"][step]) <= tolerance)
        #expect(outcome.terminated == (run["terminated"].numbers[step] == 1))
      }
    }
  }

  @Test("whole episodes from the recorded start lead where they did", arguments: ids)
  func freeRunning(id: String) throws {
    for run in try Recording(id).runs {
      var task = try seatable(id, run)
      let recorded = run.rows("observation", at: "observed-step")
      let starts = run.rows("reset-observation", at: "reset-step")
      #expect(starts[0] != nil)
      for step in 0..<run.stepCount {
        if let start = starts[step] {
          task.seat(run["before-state"][step], isSingle: run["before-single"].numbers[step] == 1)
          let size = task.specification.observationSpace.size
          let seen = observation(size) { task.observe(&$0) }
          // the original takes sine and cosine of the start of Acrobot in single precision
          #expect(deviation(seen, start) <= (id == "Acrobot-v1" ? 1e-7 : tolerance))
        }
        let (observation, outcome) = task.act(run["action"][step])
        #expect(deviation(observation, try #require(recorded[step])) <= tolerance)
        #expect(deviation([outcome.reward], run["reward"][step]) <= tolerance)
        #expect(outcome.terminated == (run["terminated"].numbers[step] == 1))
      }
    }
  }

  @Test("the recordings hold ends of episodes", arguments: ids)
  func ends(id: String) throws {
    let ends = try Recording(id).runs.map {
      $0["terminated"].numbers.reduce(0, +) + $0["truncated"].numbers.reduce(0, +)
    }
    #expect(ends.reduce(0, +) >= 1)
  }

  func seatable(_ id: String, _ run: Recording.Run) throws -> any Seatable {
    let member = try EnvironmentCatalogue.classic.makeMember(id, options: run.options)
    return try #require(member as? any Seatable)
  }
}

/// A classic problem that can be put into a recorded state.
protocol Seatable: Environment {
  mutating func seat(_ state: ArraySlice<Double>, isSingle: Bool)
  func observe(_ observation: inout MutableSpan<Double>)
}

extension Acrobot: Seatable {
  mutating func seat(_ state: ArraySlice<Double>, isSingle: Bool) { self.state = SIMD4(state) }
}

extension CartPole: Seatable {
  mutating func seat(_ state: ArraySlice<Double>, isSingle: Bool) {
    let state = Array(state)
    (position, velocity) = (state[0], state[1])
    (angle, angularVelocity) = (state[2], state[3])
  }
}

extension MountainCarContinuous: Seatable {
  mutating func seat(_ state: ArraySlice<Double>, isSingle: Bool) {
    let state = Array(state)
    (position, velocity) = (state[0], state[1])
    isRounded = isSingle
  }
}

extension Pendulum: Seatable {
  mutating func seat(_ state: ArraySlice<Double>, isSingle: Bool) {
    let state = Array(state)
    (angle, velocity) = (state[0], state[1])
  }
}
