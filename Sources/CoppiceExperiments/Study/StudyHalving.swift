import CoppiceTensors

/// How a study gives up its weaker members on the way: successive halving.
///
/// All members train for `firstSteps`. The better 1/`factor` of them go on to `factor` times as many,
/// and so on, up to the steps of the study. Members that differ in nothing but their seed are one
/// candidate, whose score is the mean over its seeds of the mean return of the last evaluation; candidates
/// are compared within an environment.
///
/// Schedules, such as those of learning rates and masks, are those of the whole number of steps from the
/// beginning, so that a member that goes all the way is the run that it would be alone.
///
/// ## Source
/// Jamieson, Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization",
/// arXiv 1502.07943, algorithm 1.
/// **Differences**: the steps of the first rung are given instead of a budget for all of them. Our choice:
/// a fraction of a candidate is rounded up.
public struct StudyHalving: Codable, Sendable, Equatable {
  /// Environment steps before the first comparison; 0 where nothing is compared.
  public var firstSteps = 0
  /// How many times as long those train that go on; at least 2.
  public var factor = 3

  /// No comparisons.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case firstSteps = "first_steps"
    case factor
  }

  /// The environment steps after which members are compared, and `steps` at the end.
  public func rungs(to steps: Int) -> [Int] {
    var rungs: [Int] = []
    var rung = firstSteps
    while rung > 0, rung < steps {
      rungs.append(rung)
      let (next, overflow) = rung.multipliedReportingOverflow(by: factor)
      rung = overflow ? steps : next
    }
    return rungs + [steps]
  }

  /// How many of `count` candidates go on: 1/``factor`` of them, rounded up.
  func survivorCount(of count: Int) -> Int { (count + factor - 1) / factor }

  /// Checks the numbers against the members of the study.
  func validate(_ members: [StudyMember], _ path: String) throws(UserError) {
    func bad(_ found: String, _ expected: String) -> UserError {
      UserError(
        .configuration, found: "\(found) in [halving] of \(path)", expected: expected,
        action: "change the study")
    }
    guard (2...1000).contains(factor) else { throw bad("factor = \(factor)", "2 to 1000") }
    var steps: [String: Int] = [:]
    for member in members {
      let configuration = member.configuration
      let common = steps[configuration.environment] ?? configuration.steps
      guard common == configuration.steps else {
        throw bad("members of \(common) and of \(configuration.steps) steps", "one number of steps")
      }
      steps[configuration.environment] = common
      guard firstSteps < common else {
        throw bad("first_steps = \(firstSteps)", "fewer than the \(common) steps of \(member.name)")
      }
      guard (1...firstSteps).contains(configuration.evaluationEvery) else {
        throw bad(
          "no evaluation of \(member.name) by step \(firstSteps)",
          "evaluation_every from 1 to \(firstSteps)")
      }
    }
  }
}
