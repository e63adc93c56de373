import CoppiceRandom
import CoppiceReplay
import CoppiceTensors

extension ReplayBuffer {
  /// A full buffer of random transitions, for benchmarks.
  static func filledWithNoise(
    observationCount: Int, actionCount: Int, count: Int, arithmetic: KernelArithmetic
  ) throws(UserError) -> ReplayBuffer {
    let replay = try ReplayBuffer(
      observationCount: observationCount, actionCount: actionCount, capacity: count,
      arithmetic: arithmetic)
    var random = RandomKey(seed: 3).stream()
    let numbers = (0..<4096).map { _ in random.nextUniform(-1, 1) }
    let longest = max(observationCount, actionCount)
    let start = AlignedBuffer((0..<(4096 + longest)).map { numbers[$0 % 4096] })
    for index in 0..<count {
      let (first, second, third) = (index * 31 % 4096, index * 57 % 4096, index * 101 % 4096)
      replay.append(
        observation: start.pointer + first, action: start.pointer + second,
        reward: numbers[third], nextObservation: start.pointer + third,
        terminated: index % 1000 == 999)
    }
    return replay
  }
}
