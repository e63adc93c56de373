public import CoppiceTensors

/// The tables that can be made anew, by name.
public struct ReproductionCatalogue: Sendable {
  /// In the order of listings.
  public let reproductions: [Reproduction]

  /// A catalogue of these.
  public init(_ reproductions: [Reproduction]) { self.reproductions = reproductions }

  /// Those that come with Coppice.
  public static let standard = ReproductionCatalogue([
    .rnmTD3,
    .rnmTD3Ablation,
    .dsTD3,
  ])

  /// The one that is called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` that lists those there are.
  public func named(_ name: String) throws(UserError) -> Reproduction {
    if let found = reproductions.first(where: { $0.name == name }) { return found }
    throw UserError(
      .configuration, found: "the table \"\(name)\"",
      expected: reproductions.map(\.name).joined(separator: ", "), action: "name one of them")
  }
}
