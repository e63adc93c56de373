import CoppiceEnvironments
import CoppiceMuJoCo
import CoppiceRandom
import CoppiceTensors
import Testing

/// Our own starts have the distribution of Gymnasium's, whose generator is another one.
@Suite(.enabled(if: MuJoCoInstallation.isAvailable, "MuJoCo is not installed"))
struct StartTests {
  static let count = 600

  /// How the start of each task deviates from its model.
  enum Velocities: Sendable { case uniform, normal }

  static let noisy: [(String, Double, Velocities)] = [
    ("Ant-v5", 0.1, .normal), ("HalfCheetah-v5", 0.1, .normal), ("Hopper-v5", 5e-3, .uniform),
    ("Humanoid-v5", 1e-2, .uniform), ("HumanoidStandup-v5", 1e-2, .uniform),
    ("InvertedDoublePendulum-v5", 0.1, .normal), ("InvertedPendulum-v5", 0.01, .uniform),
    ("Swimmer-v5", 0.1, .uniform), ("Walker2d-v5", 5e-3, .uniform),
  ]

  /// Positions, relative to the model, and velocities at the start of many episodes.
  func starts(
    _ id: String, options: [String: EnvironmentOption] = [:]
  ) throws -> (positions: [[Double]], velocities: [[Double]]) {
    let task = try #require(
      try EnvironmentCatalogue.mujoco.makeMember(id, options: options) as? any MuJoCoTask)
    let world = task.world
    var positions = world.positions.map { _ in [Double]() }
    var velocities = world.velocities.map { _ in [Double]() }
    for episode in 0..<Self.count {
      // before mj_forward, which makes quaternions unit vectors
      var random = RandomKey(seed: 9).split(episode).stream()
      world.reset()
      task.place(&random)
      for index in positions.indices {
        positions[index].append(world.positions[index] - world.initialPositions[index])
      }
      for index in velocities.indices { velocities[index].append(world.velocities[index]) }
    }
    return (positions, velocities)
  }

  func expectUniform(_ values: [Double], _ low: Double, _ high: Double) {
    let width = high - low
    #expect(values.allSatisfy { low <= $0 && $0 <= high })
    // five standard errors of mean and variance
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    #expect(abs(mean - (low + high) / 2) < 5 * width / (12 * count).squareRoot())
    #expect(abs(variance * 12 / (width * width) - 1) < 5 * (0.8 / count).squareRoot())
  }

  func expectNormal(_ values: [Double], _ deviation: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(mean) < 5 * deviation / count.squareRoot())
    #expect(abs(variance / (deviation * deviation) - 1) < 5 * (2 / count).squareRoot())
    // a uniform distribution of this variance ends at 1.73 deviations
    #expect(values.contains { abs($0) > 2 * deviation })
  }

  @Test("positions and velocities deviate as in Gymnasium", arguments: noisy)
  func noise(id: String, scale: Double, kind: Velocities) throws {
    let (positions, velocities) = try starts(id)
    for values in positions { expectUniform(values, -scale, scale) }
    for values in velocities {
      switch kind {
      case .uniform: expectUniform(values, -scale, scale)
      case .normal: expectNormal(values, scale)
      }
    }
  }

  @Test("the noise scale is an option", arguments: noisy)
  func scale(id: String, scale: Double, kind: Velocities) throws {
    let still = try starts(id, options: ["reset_noise_scale": 0])
    #expect((still.positions + still.velocities).allSatisfy { $0.allSatisfy { $0 == 0 } })
    let (positions, _) = try starts(id, options: ["reset_noise_scale": .number(3 * scale)])
    for values in positions { expectUniform(values, -3 * scale, 3 * scale) }
  }

  @Test("the arm of Reacher starts near 0, its target in a disc")
  func reacher() throws {
    let (positions, velocities) = try starts("Reacher-v5")
    for values in positions.prefix(2) { expectUniform(values, -0.1, 0.1) }
    for values in velocities.prefix(2) { expectUniform(values, -0.005, 0.005) }
    #expect(velocities.suffix(2).allSatisfy { $0.allSatisfy { $0 == 0 } })
    // the target, which the model has at (0.1, −0.1): its squared distance is uniform in a disc
    let squares = zip(positions[2], positions[3]).map { x, y in
      (x + 0.1) * (x + 0.1) + (y - 0.1) * (y - 0.1)
    }
    expectUniform(squares, 0, 0.04)
  }

  @Test("the cylinder of Pusher starts away from the goal")
  func pusher() throws {
    let (positions, velocities) = try starts("Pusher-v5")
    #expect(positions.prefix(7).allSatisfy { $0.allSatisfy { $0 == 0 } })
    #expect(positions.suffix(2).allSatisfy { $0.allSatisfy { $0 == 0 } })
    for values in velocities.prefix(7) { expectUniform(values, -0.005, 0.005) }
    #expect(velocities.suffix(4).allSatisfy { $0.allSatisfy { $0 == 0 } })
    let places = zip(positions[7], positions[8])
    #expect(places.allSatisfy { -0.3 <= $0 && $0 <= 0 && -0.2 <= $1 && $1 <= 0.2 })
    #expect(places.allSatisfy { ($0 * $0 + $1 * $1).squareRoot() > 0.17 })
    // the rest of the rectangle is reached, corners too
    #expect(places.contains { $0 < -0.28 && abs($1) > 0.18 })
    #expect(places.contains { $0 > -0.05 && abs($1) > 0.17 })
  }
}
