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

    private let smallestSize: Int
    private let sized: (@Sendable (Int) -> WorldDescription)?

    /// A world of one size.
    public init(_ name: String, _ description: WorldDescription, summary: String) {
      (self.name, self.description, self.summary) = (name, description, summary)
      (smallestSize, sized) = (0, nil)
    }

    /// A world of any size.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - size: Cells of a side that it usually has.
    ///   - smallest: Cells of a side that it has at least.
    ///   - summary: What it is, in a phrase.
    ///   - world: The world with so many cells of a side.
    public init(
      _ name: String, size: Int, atLeast smallest: Int, summary: String,
      _ world: @escaping @Sendable (_ size: Int) -> WorldDescription
    ) {
      (self.name, self.summary, description) = (name, summary, world(size))
      (smallestSize, sized) = (smallest, world)
    }

    /// The world with so many cells of a side.
    ///
    /// - Throws: `UserError` of kind `configuration` when it has one size only, or is never so small or so large.
    public func description(size: Int) throws(UserError) -> WorldDescription {
      guard let sized else {
        throw UserError(
          .configuration, found: "\(name) with \(size) cells of a side",
          expected: "no size, for \(name) has one alone", action: "leave it out")
      }
      guard (smallestSize...1000).contains(size) else {
        throw UserError(
          .configuration, found: "\(name) with \(size) cells of a side",
          expected: "from \(smallestSize) to 1000", action: "change the size")
      }
      return sized(size)
    }
  }

  /// The worlds, in the order in which they are listed.
  public let entries: [Entry]

  /// A catalogue of these worlds.
  public init(entries: [Entry]) { self.entries = entries }

  /// The worlds that come with Coppice.
  public static let standard = WorldCatalogue(entries: [
    Entry(
      "battle", size: 45, atLeast: 12, summary: "two armies in blocks that face each other"
    ) { .battle(size: $0) },
    Entry(
      "battlefield", size: 80, atLeast: 46, summary: "two small armies with walls between them"
    ) { .battlefield(size: $0) },
    Entry(
      "pursuit", size: 45, atLeast: 7, summary: "large, slow predators that tag small, fast prey"
    ) { .pursuit(size: $0) },
    Entry(
      "combined-arms", size: 45, atLeast: 16,
      summary: "two armies of fighters at close and long range"
    ) { .combinedArms(size: $0) },
    Entry("gather", .gather(), summary: "omnivores around food of which there is not enough"),
    Entry(
      "tiger-deer", size: 45, atLeast: 10,
      summary: "tigers that have to hunt deer together, or starve"
    ) { .tigerDeer(size: $0) },
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
