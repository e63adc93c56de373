import Coppice
import Foundation

/// Ten classes of noisy patterns, drawn anew for every seed: a task that a small dense network learns
/// well and a small sparse one not quite.
///
/// Each class has several patterns of ±1; a sample is one of them, with noise. Which pattern it is from
/// does not matter, so no linear function of the inputs tells the classes apart.
struct Task {
  static let inputCount = 64
  static let classCount = 10
  static let patternsPerClass = 12

  let training: LabelledData<Float>
  let test: LabelledData<Float>

  init(seed: Int) throws {
    let key = RandomKey(seed: UInt64(seed))
    var random = key.split("patterns").stream()
    let patterns = (0..<(Self.classCount * Self.patternsPerClass)).map { _ in
      (0..<Self.inputCount).map { _ in random.nextUniform() < 0.5 ? Float(-1) : 1 }
    }
    training = try Self.samples(8192, of: patterns, key: key.split("training"))
    test = try Self.samples(4096, of: patterns, key: key.split("test"))
  }

  private static func samples(
    _ count: Int, of patterns: [[Float]], key: RandomKey
  ) throws -> LabelledData<Float> {
    var random = key.stream()
    var (inputs, classes): ([Float], [Int]) = ([], [])
    for _ in 0..<count {
      let pattern = random.nextIndex(below: patterns.count)
      classes.append(pattern % classCount)
      inputs += patterns[pattern].map { $0 + 1.3 * Float(random.nextNormal()) }
    }
    return try LabelledData(
      inputs: inputs, inputCount: inputCount, classes: classes, classCount: classCount)
  }
}
