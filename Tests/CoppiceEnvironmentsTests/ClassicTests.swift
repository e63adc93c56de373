import AllocationCounting
import CoppiceEnvironments
import CoppiceRandom
import CoppiceTensors
import Testing

#if DEBUG
  private let isOptimised = false
#else
  private let isOptimised = true
#endif

@Suite struct ClassicTests {
  /// The starts of many episodes, one row for each number of the observation.
  func starts(of id: String) throws -> [[Double]] {
    let environment = try EnvironmentCatalogue.classic.make(id, count: 2000)
    try environment.reset(key: RandomKey(seed: 8))
    let size = environment.specification.observationSpace.size
    return (0..<size).map { number in
      (0..<2000).map { environment.observations[$0 * size + number] }
    }
  }

  func expectUniform(_ values: [Double], _ low: Double, _ high: Double) throws {
    let width = high - low
    let smallest = try #require(values.min())
    let largest = try #require(values.max())
    let mean = values.reduce(0, +) / Double(values.count)
    #expect(smallest >= low - 1e-7 && smallest < low + 0.01 * width)
    #expect(largest <= high + 1e-7 && largest > high - 0.01 * width)
    // four standard errors
    #expect(abs(mean - (low + high) / 2) < 4 * width / (12.0 * 2000).squareRoot())
  }

  @Test("CartPole starts near the upright rest")
  func cartPole() throws {
    for values in try starts(of: "CartPole-v1") { try expectUniform(values, -0.05, 0.05) }
  }

  @Test("MountainCarContinuous starts at rest in the valley")
  func mountainCar() throws {
    let starts = try starts(of: "MountainCarContinuous-v0")
    try expectUniform(starts[0], -0.6, -0.4)
    #expect(starts[1].allSatisfy { $0 == 0 })
  }

  @Test("Acrobot starts near the hanging rest")
  func acrobot() throws {
    let starts = try starts(of: "Acrobot-v1")
    try expectUniform(starts[4], -0.1, 0.1)
    try expectUniform(starts[5], -0.1, 0.1)
    #expect(starts[0].allSatisfy { $0 > 0.99 } && starts[2].allSatisfy { $0 > 0.99 })
  }

  @Test("Pendulum starts at any angle")
  func pendulum() throws {
    let starts = try starts(of: "Pendulum-v1")
    try expectUniform(starts[2], -1, 1)
    #expect(abs(starts[0].reduce(0, +)) < 150 && abs(starts[1].reduce(0, +)) < 150)
    #expect(zip(starts[0], starts[1]).allSatisfy { abs($0 * $0 + $1 * $1 - 1) < 1e-6 })
  }

  @Test(
    "steps and new episodes allocate nothing",
    .enabled(if: AllocationTally.isPossible && isOptimised),
    arguments: EnvironmentCatalogue.classic.entries.map(\.id))
  func allocations(id: String) throws {
    let environment = try EnvironmentCatalogue.classic.make(id, count: 2)
    let actions = AlignedBuffer<Double>(count: 2)
    actions.fill(1)
    try environment.reset(key: RandomKey(seed: 1))
    try environment.step(actions: actions)
    let made = try AllocationTally.count {
      for _ in 0..<1100 { try environment.step(actions: actions) }
    }
    #expect(made == 0)
  }
}
