import CoppiceEnvironments
import CoppiceReplay
public import CoppiceTensors

extension RunConfiguration {
  /// About as many bytes as a process that trains this takes in the end: its replay, its networks with
  /// their optimisers, and the program.
  ///
  /// - Throws: `UserError` when there is no such environment.
  public func estimatedByteCount() throws(UserError) -> Int {
    let specification = try specification()
    let observations = specification.observationSpace.size
    let actions = specification.actionSpace.size
    let row = ReplayBuffer.recordLength(
      observationCount: observations, actionCount: actions, recordsEnds: multiStep.steps > 1)
    let replay = min(replayCapacity, steps + environments) * row * MemoryLayout<Float>.stride
    let actor = Self.weightCount([observations] + hidden + [2 * actions])
    let critic = Self.weightCount([observations + actions] + hidden + [1])
    // weights, targets, gradients, two moments, and a checkpoint on its way to the disk
    let networks = (actor + 2 * critic) * MemoryLayout<Float>.stride * 10
    return replay + networks + Self.programByteCount
  }

  /// What the program takes besides: 27 MiB on Pendulum and some 40 MiB with MuJoCo and HalfCheetah, twice
  /// over, for both were measured on x86-64 Linux alone.
  private static let programByteCount = 96 << 20

  private static func weightCount(_ sizes: [Int]) -> Int {
    zip(sizes, sizes.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
  }
}

/// The memory of this machine, where the system tells.
enum MachineMemory {
  /// Bytes that new programs can have.
  static var availableByteCount: Int? {
    let text = SystemFile.field("MemAvailable", in: "/proc/meminfo")
    return text?.split(separator: " ").first.flatMap { Int($0) }.map { $0 * 1024 }
  }

  /// Bytes that a process holds.
  static func residentByteCount(of process: Int32) -> Int? {
    let text = SystemFile.field("VmRSS", in: "/proc/\(process)/status")
    return text?.split(separator: " ").first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
