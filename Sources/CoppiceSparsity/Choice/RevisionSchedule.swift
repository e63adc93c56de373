public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// When masks change.
///
/// Times are fractions of the training, so that a recipe fits runs of any length; `horizon` says how
/// many gradient steps that is where it is not the run itself.
public struct RevisionSchedule: Codable, Sendable, Equatable {
  /// What the interval counts.
  public enum Clock: String, Codable, Sendable, CaseIterable {
    /// Gradient steps of the agent. A network that does not learn in a step changes its masks in the
    /// next step in which it does.
    case gradientSteps = "gradient-steps"
    /// Updates of the network concerned.
    case networkUpdates = "network-updates"
  }

  /// Steps between two revisions; at least 1.
  public var interval = 1000
  /// The step within an interval, from 0.
  public var offset = 0
  /// Before which fraction of the training nothing changes.
  public var start = 0.0
  /// After which fraction of the training nothing changes any more.
  public var end = 1.0
  /// The gradient steps that fractions are of; 0 for those of the run.
  public var horizon = 0
  /// What the interval counts.
  public var clock = Clock.gradientSteps

  /// Every 1,000 gradient steps, from the beginning to the end.
  public init() {}

  /// A schedule from its parts.
  public init(interval: Int, offset: Int = 0, start: Double = 0, end: Double = 1) {
    self.interval = interval
    self.offset = offset
    self.start = start
    self.end = end
  }

  /// Checks every value.
  ///
  /// - Parameter name: What the schedule is called in its configuration.
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  public func validate(as name: String = "schedule") throws(UserError) {
    func bad(_ part: String, _ value: String, _ expected: String) -> UserError {
      UserError(
        .configuration, found: "\(name).\(part) = \(value)", expected: expected,
        action: "change sparsity_options.\(name)")
    }
    guard interval >= 1 else { throw bad("interval", "\(interval)", "at least 1 step") }
    guard (0..<interval).contains(offset) else {
      throw bad("offset", "\(offset)", "from 0 to \(interval - 1), within an interval")
    }
    guard start >= 0, start <= end, end <= 1 else {
      throw bad("start and end", "\(start) and \(end)", "0 ≤ start ≤ end ≤ 1")
    }
    guard horizon >= 0 else { throw bad("horizon", "\(horizon)", "0, or gradient steps") }
  }

  // MARK: Asking

  /// The last gradient step before which nothing changes.
  public var firstStep: Int { Int((start * Double(horizon)).rounded()) }

  /// The last gradient step after which masks may change.
  public var lastStep: Int { Int((end * Double(horizon)).rounded()) }

  /// Whether a revision is due after gradient step `step`.
  ///
  /// - Parameters:
  ///   - step: The step, the first of which is 1.
  ///   - role: Whose masks they are.
  ///   - closing: Whether the end of the schedule is due in any case, so that what grows to an end
  ///     reaches it.
  /// - Returns: Whether masks change.
  public func isDue(after step: Int, role: NetworkRole, closing: Bool = false) -> Bool {
    guard role.learns(in: step) else { return false }
    if closing, closes(after: step, role: role) { return true }
    // what happened since the network learnt last is made up for now
    let last = step - role.delay
    guard step >= firstStep, step <= lastStep else { return false }
    switch clock {
    case .gradientSteps: return events(until: step) > events(until: last)
    case .networkUpdates:
      return events(until: step / role.delay) > events(until: step / role.delay - 1)
    }
  }

  /// Whether `step` ends the schedule for a network: the first one from its last step on in which the
  /// network learns, or the last one before it where the training leaves no other.
  func closes(after step: Int, role: NetworkRole) -> Bool {
    let end = max(1, lastStep)
    guard role.learns(in: step) else { return false }
    return step >= end ? step - role.delay < end : step + role.delay > max(end, horizon)
  }

  /// How many revisions the clock has seen by `count`.
  private func events(until count: Int) -> Int {
    count < max(offset, 1) ? 0 : (count - offset) / interval + (offset > 0 ? 1 : 0)
  }

  /// How far the schedule is at `step`, from 0 at its start to 1 at its end.
  public func progress(at step: Int) -> Double {
    let length = lastStep - firstStep
    guard length > 0 else { return step < firstStep ? 0 : 1 }
    return min(1, max(0, Double(step - firstStep) / Double(length)))
  }

  /// The last revision that is due for a network of `role`; nothing where none is.
  ///
  /// - Complexity: O(interval + delay).
  public func lastRevision(role: NetworkRole) -> Int? {
    let span = interval * (clock == .networkUpdates ? role.delay : 1) + role.delay
    var step = max(1, lastStep)
    let earliest = max(1, lastStep - span)
    while step >= earliest {
      if isDue(after: step, role: role) { return step }
      step -= 1
    }
    return nil
  }
}

/// How the fraction of weights that are replaced at a revision changes over the schedule.
public enum ReplacementDecay: String, Codable, Sendable, CaseIterable {
  /// It stays.
  case constant
  /// Half of 1 + cos(π t / T), from the whole fraction down to none at the end of the schedule.
  case cosine

  /// What the fraction is multiplied by when the schedule is so far.
  public func factor(at progress: Double) -> Double {
    self == .constant ? 1 : 0.5 * (1 + cos(.pi * progress))
  }
}
