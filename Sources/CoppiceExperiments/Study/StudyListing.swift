public import CoppiceReports
import CoppiceSparsity

/// The members of a study, before any of them runs.
public struct StudyListing: Codable, Sendable, Equatable {
  /// One member.
  public struct Entry: Codable, Sendable, Equatable {
    /// Its number.
    public var number: Int
    /// Its name.
    public var name: String
    /// The world.
    public var environment: String
    /// What learns.
    public var algorithm: String
    /// Which weights are kept.
    public var sparsity: String
    /// The number that all randomness is from.
    public var seed: UInt64
    /// Environment steps in all.
    public var steps: Int
    /// What else sets it apart, by the names of settings.
    public var settings: [String: StructuredValue]
  }

  /// The format of this value.
  public var schema = 1
  /// The name of the study.
  public var study: String
  /// Its members, by number.
  public var members: [Entry]

  /// The plan of `study`.
  public init(_ study: Study) {
    self.study = study.name
    members = study.members.map {
      Entry(
        number: $0.number, name: $0.name, environment: $0.configuration.environment,
        algorithm: $0.configuration.algorithm, sparsity: $0.configuration.sparsity.spelling,
        seed: $0.configuration.seed, steps: $0.configuration.steps, settings: $0.settings)
    }
  }

  /// The plan as a table.
  public var table: TextTable {
    let settings = Set(members.flatMap(\.settings.keys)).sorted()
    var table = TextTable(
      [
        ("#", .right), ("member", .left), ("environment", .left), ("algorithm", .left),
        ("sparsity", .left), ("seed", .right), ("steps", .right),
      ] + settings.map { ($0, .right) })
    for member in members {
      table.add(
        [
          "\(member.number)", member.name, member.environment, member.algorithm, member.sparsity,
          "\(member.seed)", "\(member.steps)",
        ] + settings.map { member.settings[$0].map(Self.text) ?? "-" })
    }
    return table
  }

  private static func text(_ value: StructuredValue) -> String {
    switch value {
    case .string(let value): value
    case .number(let value): "\(value)"
    default: ((try? JSONText.encode(value)).map { String(decoding: $0, as: UTF8.self) }) ?? "-"
    }
  }
}
