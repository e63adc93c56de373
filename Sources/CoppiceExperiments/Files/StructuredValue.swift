public import CoppiceTensors

/// A value of JSON or TOML: what settings and the small state of a checkpoint are made of.
public enum StructuredValue: Sendable, Equatable {
  /// Yes or no.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number with a fraction, an infinity or no number at all.
  case number(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([StructuredValue])
  /// Values by name.
  case table([String: StructuredValue])

  /// The value called `name`, where this is a table that has one.
  public subscript(name: String) -> StructuredValue? {
    get { if case .table(let values) = self { values[name] } else { nil } }
    set {
      guard case .table(var values) = self else { return }
      values[name] = newValue
      self = .table(values)
    }
  }

  /// This table with the values of `other` in place of its own; tables inside are merged likewise.
  public func merging(_ other: StructuredValue) -> StructuredValue {
    guard case .table(var values) = self, case .table(let others) = other else { return other }
    for (name, value) in others { values[name] = values[name]?.merging(value) ?? value }
    return .table(values)
  }

  /// What kind of value it is, in words.
  package var kind: String {
    switch self {
    case .bool: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "text"
    case .array: "a list"
    case .table: "a table"
    }
  }
}

extension StructuredValue: Codable {
  /// Reads whatever is there.
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Name.self) {
      var values: [String: StructuredValue] = [:]
      for key in container.allKeys {
        values[key.stringValue] = try container.decode(StructuredValue.self, forKey: key)
      }
      self = .table(values)
    } else if var container = try? decoder.unkeyedContainer() {
      var values: [StructuredValue] = []
      while !container.isAtEnd { values.append(try container.decode(StructuredValue.self)) }
      self = .array(values)
    } else {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Int.self) {
        self = .integer(value)
      } else if let value = try? container.decode(String.self) {
        self = .string(value)
      } else {
        self = .number(try container.decode(Double.self))
      }
    }
  }

  /// Writes the value as it is.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .bool(let value): try encodeSingle(value, to: encoder)
    case .integer(let value): try encodeSingle(value, to: encoder)
    case .number(let value): try encodeSingle(value, to: encoder)
    case .string(let value): try encodeSingle(value, to: encoder)
    case .array(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    case .table(let values):
      var container = encoder.container(keyedBy: Name.self)
      for (name, value) in values { try container.encode(value, forKey: Name(name)) }
    }
  }

  private func encodeSingle(_ value: some Encodable, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  /// Any name of a table.
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension StructuredValue {
  /// `value`, by way of its `Codable` conformance.
  public init(encoding value: some Encodable) throws(UserError) {
    self = try JSONText.decode(try JSONText.encode(value), from: "the value")
  }

  /// This value as a `Value`, by way of its `Codable` conformance.
  ///
  /// - Parameters:
  ///   - type: What it should be.
  ///   - path: Where it is from, for the message.
  /// - Returns: The value.
  /// - Throws: `UserError` of kind `checkpoint` when something is missing or does not fit.
  public func decode<Value: Decodable>(
    as type: Value.Type = Value.self, from path: String
  ) throws(UserError) -> Value {
    try JSONText.decode(try JSONText.encode(self), as: type, from: path)
  }
}
