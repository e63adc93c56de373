public import CoppiceTensors

/// How the return of an agent changed while it learned, as a picture.
///
/// One line for each series, with a band around it. Draw a run, or several to compare them.
///
/// ```swift
/// let curve = try LearningCurve(
///   title: "HalfCheetah-v5",
///   caption: LearningCurve.caption(
///     environment: "HalfCheetah-v5", algorithm: "td3", sparsity: "2:4", seedCount: 1),
///   series: [
///     .init(
///       name: "2:4",
///       points: [.init(step: 5_000, returns: [-12, 40]), .init(step: 10_000, returns: [310, 290])])
///   ])
/// let text = curve.svg()
/// ```
public struct LearningCurve: Sendable, Equatable {
  /// One evaluation: a mean and how far its episodes spread.
  public struct Point: Sendable, Equatable {
    /// The environment step of the evaluation.
    public var step: Int
    /// The line passes here.
    public var mean: Double
    /// The lower edge of the band.
    public var low: Double
    /// The upper edge of the band.
    public var high: Double

    /// A point from its parts.
    public init(step: Int, mean: Double, low: Double, high: Double) {
      self.step = step
      self.mean = mean
      self.low = low
      self.high = high
    }

    /// The mean of `returns`, and one standard deviation on either side of it.
    ///
    /// - Parameters:
    ///   - step: The environment step of the evaluation.
    ///   - returns: The sum of rewards of each episode; the deviation divides by their number.
    /// - Precondition: There is at least one episode.
    public init(step: Int, returns: [Double]) {
      precondition(!returns.isEmpty, "an evaluation has at least one episode")
      let count = Double(returns.count)
      let mean = returns.reduce(0, +) / count
      let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / count).squareRoot()
      self.init(step: step, mean: mean, low: mean - deviation, high: mean + deviation)
    }
  }

  /// One line and its band.
  public struct Series: Sendable, Equatable {
    /// What the legend calls it.
    public var name: String
    /// The evaluations, by step.
    public var points: [Point]

    /// A series from its parts.
    public init(name: String, points: [Point]) {
      self.name = name
      self.points = points.sorted { $0.step < $1.step }
    }

    /// Whether any point has a band that can be seen.
    var hasBand: Bool { points.contains { $0.low < $0.high } }
  }

  /// What stands above the picture.
  public let title: String
  /// What stands below it.
  public let caption: String
  /// What line and band mean, where there is a band.
  public let meaning: String
  /// The lines, in the order of the legend.
  public let series: [Series]

  /// The meaning of points made from the returns of one evaluation.
  public static let meaningOfOneRun =
    "Line: mean over evaluation episodes. Band: ± one standard deviation over them."

  /// A curve from its parts.
  ///
  /// - Parameters:
  ///   - title: What stands above the picture.
  ///   - caption: What stands below it.
  ///   - meaning: What line and band mean; stands below the caption where there is a band.
  ///   - series: The lines; there may be none, and each may be empty.
  /// - Throws: `UserError` of kind `checkpoint` when a step is negative, or when a return is not a
  ///   finite number or is too large to draw.
  public init(
    title: String, caption: String, meaning: String = meaningOfOneRun, series: [Series]
  ) throws(UserError) {
    for line in series {
      for point in line.points {
        try Self.check(point, of: line.name)
      }
    }
    self.title = title
    self.caption = caption
    self.meaning = meaning
    self.series = series
  }

  /// A caption that says what was trained and how many seeds the curve stands for.
  ///
  /// - Parameters:
  ///   - environment: The environment's id.
  ///   - algorithm: The algorithm's name.
  ///   - sparsity: The sparsity as it was given.
  ///   - seedCount: How many seeds the curve was made from; a single one is named as such.
  /// - Returns: One line.
  public static func caption(
    environment: String, algorithm: String, sparsity: String, seedCount: Int
  ) -> String {
    let seeds = seedCount == 1 ? "1 seed" : "\(seedCount) seeds"
    return "\(environment) · \(algorithm) · sparsity \(sparsity) · \(seeds)"
  }

  private static func check(_ point: Point, of name: String) throws(UserError) {
    for value in [point.mean, point.low, point.high] where !(abs(value) <= 1e100) {
      throw UserError(
        .checkpoint, found: "a return of \(value) at step \(point.step) of \"\(name)\"",
        expected: "a finite number", action: "leave out the evaluation or repair its record")
    }
    guard point.step >= 0 else {
      throw UserError(
        .checkpoint, found: "environment step \(point.step) of \"\(name)\"",
        expected: "0 or more", action: "repair the record of evaluations")
    }
  }
}
