public import CoppiceEnvironments
public import CoppiceRandom

/// A task in a MuJoCo world: where it starts and what is seen.
///
/// Tasks are classes, because a world cannot be copied: two variables that hold the same task play
/// the same episode.
public protocol MuJoCoTask: ConfigurableEnvironment, AnyObject {
  /// The world that it happens in.
  var world: MuJoCoWorld { get }

  /// Writes the positions and velocities that an episode starts with.
  func place(_ random: inout RandomStream)

  /// Writes what is seen.
  func observe(_ observation: inout MutableSpan<Double>)
}

extension MuJoCoTask {
  /// Begins an episode at a random state.
  public func reset(key: RandomKey, observation: inout MutableSpan<Double>) {
    var random = key.stream()
    world.reset()
    place(&random)
    world.forward()
    observe(&observation)
  }

  /// Writes `positions` and `velocities` as the start of an episode, instead of random ones.
  package func seat(
    positions: some Collection<Double>, velocities: some Collection<Double>,
    observation: inout MutableSpan<Double>
  ) {
    world.reset()
    _ = world.positions.update(fromContentsOf: positions)
    _ = world.velocities.update(fromContentsOf: velocities)
    world.forward()
    observe(&observation)
  }
}

extension MuJoCoWorld {
  /// The initial positions, each moved by a number that is uniform in [−`scale`, `scale`).
  func placePositions(around scale: Double, _ random: inout RandomStream) {
    for index in positions.indices {
      positions[index] = initialPositions[index] + random.nextUniform(-scale, scale)
    }
  }

  /// Velocities that are uniform in [−`scale`, `scale`).
  func placeUniformVelocities(_ scale: Double, _ random: inout RandomStream) {
    for index in velocities.indices { velocities[index] = random.nextUniform(-scale, scale) }
  }

  /// Velocities that are normal with mean 0 and standard deviation `scale`.
  func placeNormalVelocities(_ scale: Double, _ random: inout RandomStream) {
    for index in velocities.indices { velocities[index] = scale * random.nextNormal() }
  }
}

extension MutableSpan<Double> {
  /// Writes `values` from `index` on and moves `index` behind them.
  mutating func write(_ values: some Collection<Double>, at index: inout Int) {
    for value in values {
      self[index] = value
      index += 1
    }
  }
}

/// The sum of the squares.
func squaredNorm(_ values: Span<Double>) -> Double {
  var sum = 0.0
  for index in values.indices { sum += values[index] * values[index] }
  return sum
}

/// The sum of the squares.
func squaredNorm(_ values: UnsafeBufferPointer<Double>) -> Double {
  values.reduce(0) { $0 + $1 * $1 }
}

/// Vectors of `count` numbers without bounds.
func unbounded(_ count: Int) -> Space {
  .box(
    low: Array(repeating: -.infinity, count: count),
    high: Array(repeating: .infinity, count: count))
}

/// Vectors of `count` numbers from −`limit` to `limit`.
func symmetric(_ limit: Double, _ count: Int) -> Space {
  .box(low: Array(repeating: -limit, count: count), high: Array(repeating: limit, count: count))
}
