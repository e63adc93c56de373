public import CoppiceEnvironments
public import CoppiceRandom
import CoppiceTensors

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

extension MuJoCoWorld {
  /// The number of the body called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` when the model has none.
  func requireBody(_ name: String) throws(UserError) -> Int {
    if let body = body(name) { return body }
    throw UserError(
      .configuration, found: "no body called \"\(name)\" in the model",
      action: "name a body of the model file")
  }

  /// `[3]`: where the frame of `body` is, in metres.
  func position(of body: Int) -> Slice<UnsafeMutableBufferPointer<Double>> {
    bodyPositions[3 * body..<3 * body + 3]
  }

  /// How far the frames of two bodies are apart, in metres.
  func distance(_ first: Int, _ second: Int) -> Double {
    var sum = 0.0
    for axis in 0..<3 {
      let difference = bodyPositions[3 * first + axis] - bodyPositions[3 * second + axis]
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}
