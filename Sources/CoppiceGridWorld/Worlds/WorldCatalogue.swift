public import CoppiceTensors

/// The worlds that can be named, one line each.
public struct WorldCatalogue: Sendable {
  /// One world.
  public struct Entry: Sendable {
    /// The name.
    public let name: String
    /// What it is, in a phrase.
    public let summary: String
    /// The world at its usual size.
    public let description: WorldDescription

    /// A line of the catalogue.
    public init(_ name: String, _ description: WorldDescription, summary: String) {
      (self.name, self.description, self.summary) = (name, description, summary)
    }
  }

  /// The worlds, in the order in which they are listed.
  public let entries: [Entry]

  /// A catalogue of these worlds.
  public init(entries: [Entry]) { self.entries = entries }

  /// The worlds that come with Coppice.
  public static let standard = WorldCatalogue(entries: [
    Entry("battle", .battle(), summary: "two armies in blocks that face each other"),
    Entry("battlefield", .battlefield(), summary: "two small armies with walls between them"),
    Entry("pursuit", .pursuit(), summary: "large, slow predators that tag small, fast prey"),
    Entry(
      "combined-arms", .combinedArms(), summary: "two armies of fighters at close and long range"),
    Entry("gather", .gather(), summary: "omnivores around food of which there is not enough"),
    Entry("tiger-deer", .tigerDeer(), summary: "tigers that have to hunt deer together, or starve"),
  ])

  /// The world called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none, with the nearest match.
  public func entry(_ name: String) throws(UserError) -> Entry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let hint = nearestMatch(to: name, in: entries.map(\.name)).map { "did you mean \"\($0)\"?" }
    throw UserError(
      .configuration, found: "no world called \"\(name)\"",
      expected: "one of \(entries.map(\.name).joined(separator: ", "))",
      action: hint ?? "see `coppice list worlds`")
  }
}
