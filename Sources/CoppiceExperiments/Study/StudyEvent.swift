#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Something that happened to a member of a study: a line of a journal.
public struct StudyEvent: Codable, Sendable, Equatable {
  /// What can happen.
  public enum Kind: String, Codable, Sendable {
    /// It began at its first step.
    case started
    /// It went on from a checkpoint.
    case resumed
    /// It took the steps before a comparison with others, with a checkpoint.
    case paused
    /// Somebody asked it to stop; it did so with a checkpoint.
    case stopped
    /// It took all steps.
    case finished
    /// It cannot go on, as `error` says.
    case failed
  }

  /// What happened.
  public var event: Kind
  /// The member's name.
  public var member: String
  /// The member's number when it happened.
  public var number: Int
  /// The environment step at which it happened.
  public var step: Int
  /// Environment steps in all.
  public var totalSteps: Int
  /// Seconds since the worker began with the member.
  public var seconds: Double
  /// The mean return of the last ten evaluations up to the step; nothing before there is one.
  public var finalReturn: Double?
  /// What went wrong, in one line.
  public var error: String?
  /// When it happened, by the clock on the wall, as `2026-01-31T12:00:00.000Z`.
  public var time: String
  /// The machine.
  public var host: String
  /// The process.
  public var process: Int

  private enum CodingKeys: String, CodingKey {
    case event
    case member
    case number
    case step = "environment_step"
    case totalSteps = "total_steps"
    case seconds
    case finalReturn = "final_return"
    case error
    case time
    case host
    case process = "pid"
  }

  /// What happens to `member` at this moment, in this process.
  package init(
    _ event: Kind, _ member: StudyMember, step: Int, seconds: Double, finalReturn: Double? = nil,
    error: String? = nil
  ) {
    self.event = event
    self.member = member.name
    number = member.number
    self.step = step
    totalSteps = member.configuration.steps
    self.seconds = seconds
    self.finalReturn = finalReturn.flatMap { $0.isFinite ? $0 : nil }
    self.error = error
    time = Self.now()
    host = Self.host
    process = Int(getpid())
  }

  /// The name of this machine.
  static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, 255) == 0 else { return "unknown" }
    let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.isEmpty ? "unknown" : text
  }

  private static func now() -> String {
    var moment = timespec()
    clock_gettime(CLOCK_REALTIME, &moment)
    var parts = tm()
    gmtime_r(&moment.tv_sec, &parts)
    func digits(_ value: Int32, _ count: Int = 2) -> String {
      let text = "\(value)"
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date =
      "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
    let time = "\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))"
    return "\(date)T\(time).\(digits(Int32(moment.tv_nsec / 1_000_000), 3))Z"
  }
}
