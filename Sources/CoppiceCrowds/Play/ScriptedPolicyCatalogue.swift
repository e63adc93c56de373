/// The policies that can be named and that never learn, one line each.
public struct ScriptedPolicyCatalogue: Sendable {
  /// One policy.
  public struct Entry: Sendable {
    /// The name.
    public let name: String
    /// What it does, in a phrase.
    public let summary: String
    /// A new one.
    public let make: @Sendable () -> any GroupPolicy

    /// A line of the catalogue.
    public init(
      _ name: String, summary: String, make: @escaping @Sendable () -> any GroupPolicy
    ) {
      (self.name, self.summary, self.make) = (name, summary, make)
    }
  }

  /// The policies, in the order in which they are listed.
  public let entries: [Entry]

  /// A catalogue of these policies.
  public init(entries: [Entry]) { self.entries = entries }

  /// The policies that come with Coppice.
  public static let standard = ScriptedPolicyCatalogue(entries: [
    Entry("random", summary: "does anything") { RandomPolicy() },
    Entry("nearest", summary: "goes to the nearest enemy and strikes it") { NearestEnemyPolicy() },
    Entry("still", summary: "does nothing") { StillPolicy() },
  ])

  /// The policy called `name`, where there is one.
  public func policy(_ name: String) -> (any GroupPolicy)? {
    entries.first { $0.name == name }?.make()
  }
}
