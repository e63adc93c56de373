/// A number that says how a group does in a step.
///
/// Each is declared once, with its unit and its meaning, in a file of its own; see ``standard``.
///
/// ```swift
/// let wounded = WorldMeasure("wounded", unit: "agents", over: .mean, meaning: "living agents below full health") {
///   step, group in
///   let full = step.world.groups[group].type.health
///   return Measured(zip(step.world.health(of: group), step.world.isAlive(of: group)).count { $0 < full && $1 })
/// }
/// let measurement = WorldMeasurement(of: world, WorldMeasure.standard + [wounded])
/// ```
public struct WorldMeasure: Sendable {
  /// How the numbers of steps become one of a game.
  public enum Summary: Sendable {
    /// Their sum.
    case total
    /// What was summed up in all steps, over what it was counted by in all steps.
    case mean
  }

  /// The name of its column.
  public let name: String
  /// Its unit; 1 for fractions.
  public let unit: String
  /// How the numbers of steps become one of a game.
  public let summary: Summary
  /// What it means, in a phrase.
  public let meaning: String
  /// The number for a group, after a step and before the dead are cleared.
  let measure: @Sendable (MeasuredStep, _ group: Int) -> Measured

  /// A measure of your own.
  ///
  /// - Parameters:
  ///   - name: The name of its column, in snake case.
  ///   - unit: Its unit; 1 for fractions.
  ///   - summary: How the numbers of steps become one of a game.
  ///   - meaning: What it means, in a phrase.
  ///   - measure: The number for a group, after a step and before the dead are cleared.
  public init(
    _ name: String, unit: String, over summary: Summary, meaning: String,
    measure: @escaping @Sendable (_ step: MeasuredStep, _ group: Int) -> Measured
  ) {
    (self.name, self.unit, self.summary, self.meaning) = (name, unit, summary, meaning)
    self.measure = measure
  }

  /// All measures that come with Coppice, in the order of their columns.
  public static let standard: [WorldMeasure] = [
    .alive, .deaths, .kills, .hits, .cooperation, .eaten, .health, .reward, .spread, .polarisation,
    .nearestEnemy,
  ]

  /// The table of ``standard`` as Markdown, for the page that specifies formats.
  public static var documentation: String {
    standard.map { measure in
      "| `\(measure.name)` | \(measure.unit) | \(measure.meaning) | "
        + "\(measure.summary == .total ? "sum" : "mean") |"
    }.joined(separator: "\n")
  }
}

/// A sum, and what it is counted by.
public struct Measured: Sendable, Equatable {
  /// The sum over all that were counted.
  public var total: Double
  /// How many were counted; with none there is no number.
  public var count: Double

  /// A sum, and what it is counted by; by the step where nothing else is said.
  public init(_ total: Double, per count: Double = 1) { (self.total, self.count) = (total, count) }

  /// The same of whole numbers.
  public init(_ total: Int, per count: Int = 1) {
    self.init(Double(total), per: Double(count))
  }

  /// Nothing was there to be counted.
  public static let none = Measured(0.0, per: 0)

  /// The sum for each that was counted; nothing without any.
  public var value: Double? { count > 0 ? total / count : nil }
}
