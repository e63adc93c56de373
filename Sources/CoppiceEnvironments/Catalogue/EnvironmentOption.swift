/// A value that a person gives to an option of an environment, in a recipe or by a flag.
public enum EnvironmentOption: Sendable, Equatable, CustomStringConvertible {
  /// Yes or no.
  case bool(Bool)
  /// A number.
  case number(Double)
  /// A word.
  case string(String)
  /// Several numbers, such as the two ends of a range.
  case numbers([Double])

  /// The value as it is written in TOML.
  public var description: String {
    switch self {
    case .bool(let value): "\(value)"
    case .number(let value): Self.describe(value)
    case .string(let value): "\"\(value)\""
    case .numbers(let values): "[\(values.map(Self.describe).joined(separator: ", "))]"
    }
  }

  private static func describe(_ value: Double) -> String {
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

extension EnvironmentOption: ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
  /// `.bool`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// `.number`.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// `.number`.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  /// `.string`.
  public init(stringLiteral value: String) { self = .string(value) }
  /// `.numbers`.
  public init(arrayLiteral elements: Double...) { self = .numbers(elements) }
}
