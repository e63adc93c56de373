public import CoppiceRandom
public import CoppiceTensors

/// The data sets that can be named, one line each.
///
/// All are made here, from a key; none is fetched.
public struct SeriesCatalogue: Sendable {
  /// One data set.
  public struct Entry: Sendable {
    /// The name.
    public let name: String
    /// What it is, in a phrase.
    public let summary: String
    /// How many paths it usually has.
    public let usualPathCount: Int
    /// The process that its paths are drawn from.
    public let generator: any SeriesGenerator

    /// A line of the catalogue.
    public init(
      _ name: String, summary: String, usualPathCount: Int, _ generator: any SeriesGenerator
    ) {
      (self.name, self.summary) = (name, summary)
      (self.usualPathCount, self.generator) = (usualPathCount, generator)
    }

    /// The data.
    ///
    /// - Parameters:
    ///   - count: How many paths; the usual number without.
    ///   - key: Decides them.
    /// - Returns: So many paths.
    /// - Throws: `UserError` of kind `configuration` when the count makes no sense.
    public func make(count: Int? = nil, key: RandomKey) throws(UserError) -> PathSet {
      try generator.paths(count: count ?? usualPathCount, key: key)
    }
  }

  /// The data sets, in the order in which they are listed.
  public let entries: [Entry]

  /// A catalogue of these data sets.
  public init(entries: [Entry]) { self.entries = entries }

  /// The data sets that come with Coppice.
  public static let standard = SeriesCatalogue(entries: [
    Entry(
      "ou-const",
      summary: "an Ornstein–Uhlenbeck process under a growing force, with constant noise",
      usualPathCount: 8192, OrnsteinUhlenbeck(.constant)),
    Entry(
      "ou-ramp", summary: "the same with noise that grows from nothing", usualPathCount: 8192,
      OrnsteinUhlenbeck(.ramp)),
    Entry(
      "lorenz", summary: "Lorenz's weather with noise, three channels, normalised",
      usualPathCount: 1024, StochasticLorenz()),
    Entry(
      "gbm", summary: "geometric Brownian motion, as of a price", usualPathCount: 8192,
      GeometricBrownianMotion()),
    Entry(
      "weights", summary: "single weights of small networks while they are trained",
      usualPathCount: 8192, NetworkWeights()),
    Entry(
      "segmented-cosine", summary: "one cosine with a gap in the middle, without noise",
      usualPathCount: 1, Sinusoid.segmentedCosine),
    Entry(
      "irregular-sine", summary: "one sine at 16 random times, without noise", usualPathCount: 1,
      Sinusoid.irregularSine(key: RandomKey(seed: 0))),
  ])

  /// The data set called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none, with the nearest match.
  public func entry(_ name: String) throws(UserError) -> Entry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let hint = nearestMatch(to: name, in: entries.map(\.name)).map { "did you mean \"\($0)\"?" }
    throw UserError(
      .configuration, found: "no data set called \"\(name)\"",
      expected: "one of \(entries.map(\.name).joined(separator: ", "))",
      action: hint ?? "choose one of these")
  }
}
