public import CoppiceRandom

/// Looks whether an environment keeps the contract of ``Environment``.
///
/// Run it in the tests of your own environment:
///
/// ```swift
/// #expect(checkEnvironment { Corridor() }.isEmpty)
/// ```
///
/// It looks at the specification, plays random episodes and compares them with each other: alone,
/// in a vector, and saved and restored. Each kind of fault is reported once.
///
/// - Parameters:
///   - steps: How many steps each comparison takes; a few episodes should fit in.
///   - key: The randomness of episodes and actions.
///   - make: Makes one environment; called several times, always for the same one.
/// - Returns: What was found; nothing for an environment that is fine.
/// - Throws: What `make` throws.
public func checkEnvironment<Failure>(
  steps: Int = 500, key: RandomKey = RandomKey(seed: 0),
  _ make: () throws(Failure) -> any Environment
) throws(Failure) -> [EnvironmentFinding] {
  var members: [any Environment] = []
  for _ in 0..<EpisodeCheck.memberCount { members.append(try make()) }
  let specification = members[0].specification
  let faults = checkSpecification(specification)
  // without sensible spaces there is nothing to play with
  guard faults.isEmpty else { return faults }

  var check = EpisodeCheck(
    script: EpisodeScript(specification: specification, steps: steps, key: key))
  check.run(members)
  return check.findings
}

/// What is wrong with the spaces and the step limit.
private func checkSpecification(
  _ specification: EnvironmentSpecification
) -> [EnvironmentFinding] {
  var findings: [EnvironmentFinding] = []
  func add(_ message: String) { findings.append(.init(.specification, .error, message)) }
  if specification.id.isEmpty { add("the id is empty") }
  if let limit = specification.stepLimit, limit < 1 {
    add("the step limit is \(limit); expected at least 1, or none")
  }
  let spaces = [
    ("observation", specification.observationSpace), ("action", specification.actionSpace),
  ]
  for (name, space) in spaces {
    switch space {
    case .discrete(let count) where count < 1:
      add("the \(name) space has \(count) members; expected at least 1")
    case .discrete: break
    case .box(let low, let high) where low.count != high.count || low.isEmpty:
      add("the \(name) space has \(low.count) lower and \(high.count) upper bounds")
    case .box(let low, let high):
      for index in low.indices where !(low[index] <= high[index]) {
        add("number \(index) of the \(name) space lies between \(low[index]) and \(high[index])")
      }
    }
  }
  return findings
}
