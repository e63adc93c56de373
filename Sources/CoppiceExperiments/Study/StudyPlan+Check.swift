import CoppiceEnvironments
import CoppiceSparsity
public import CoppiceTensors

extension RunConfiguration {
  /// The environment's description.
  func specification() throws(UserError) -> EnvironmentSpecification {
    try EnvironmentCatalogue.standard.specification(environment, options: try options())
  }
}

extension Study {
  /// Makes the environment and the agent of every member once, so that what is wrong or missing is known
  /// before anything runs.
  ///
  /// Members that differ in their seed alone are made once.
  ///
  /// - Throws: `UserError` that names the member.
  public func check() throws(UserError) {
    var seen: Set<[UInt8]> = []
    var environments: [String: EnvironmentSpecification] = [:]
    for member in members {
      var configuration = member.configuration
      configuration.seed = 1
      configuration.threads = 1
      guard seen.insert(try JSONText.encode(configuration)).inserted else { continue }
      do throws(UserError) {
        let key = "\(configuration.environment) \(configuration.environmentOptions)"
        if environments[key] == nil {
          environments[key] = try EnvironmentCatalogue.standard.makeMember(
            configuration.environment, options: try configuration.options()
          ).specification
        }
        guard let specification = environments[key] else { continue }
        let agent = try configuration.agent(
          for: specification, .standard, .standard, arithmetic: try configuration.arithmetic(),
          pool: WorkerPool(threadCount: 1))
        try configuration.refuseKernelsOfOtherLayers(than: agent)
      } catch {
        throw UserError(
          error.kind, found: "member \(member.number) (\(member.name)): \(error.found)",
          expected: error.expected, action: error.action)
      }
    }
  }
}
