/// How many steps a second there were lately.
public struct StepRate: Sendable, Equatable {
  private var marks: [Mark] = []
  private let window: Double

  private struct Mark: Equatable {
    let step: Int
    let time: Double
  }

  /// A rate over the last `window` seconds or so.
  public init(window: Double = 10) { self.window = window }

  /// Notes that `step` was reached at `time`, in seconds of any clock that runs evenly.
  public mutating func note(step: Int, at time: Double) {
    // twenty marks are enough for a window
    if let last = marks.last, time - last.time < window / 20, marks.count > 1 {
      marks[marks.count - 1] = Mark(step: step, time: time)
    } else {
      marks.append(Mark(step: step, time: time))
    }
    while marks.count > 2, time - marks[1].time > window { marks.removeFirst() }
  }

  /// Steps per second; nothing before there are two different times.
  public var stepsPerSecond: Double? {
    guard let first = marks.first, let last = marks.last, last.time > first.time else { return nil }
    return Double(last.step - first.step) / (last.time - first.time)
  }
}
