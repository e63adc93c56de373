import CoppiceTensors

/// A table in which every key is known, and most may be left out.
struct StrictTable<Key: CodingKey & CaseIterable> {
  /// Where it stands, for messages.
  let name: String
  private let values: KeyedDecodingContainer<Key>

  /// Opens the table.
  ///
  /// - Parameters:
  ///   - decoder: At the table.
  ///   - kind: What it describes, for messages, where it stands nowhere in particular.
  /// - Throws: `UserError` of kind `configuration` for a key that is none of `Key`; otherwise as the decoder does.
  init(_ decoder: any Decoder, _ kind: String) throws {
    let path = decoder.codingPath.map(\.stringValue).joined(separator: ".")
    name = path.isEmpty ? kind : path
    let known = Key.allCases.map(\.stringValue)
    let found = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    if let unknown = found.first(where: { !known.contains($0) }) {
      let hint = nearestMatch(to: unknown, in: known).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration, found: "unknown key \"\(unknown)\" in \(name)",
        expected: known.count == 1 ? known[0] : "one of \(known.joined(separator: ", "))",
        action: hint ?? "remove it, or correct it")
    }
    values = try decoder.container(keyedBy: Key.self)
  }

  /// The value of a key that must be there.
  func value<Value: Decodable>(_ key: Key) throws -> Value {
    guard let value = try values.decodeIfPresent(Value.self, forKey: key) else {
      throw UserError(
        .configuration, found: "\(name) without \(key.stringValue)",
        expected: "a value for \(key.stringValue)", action: "add it")
    }
    return value
  }

  /// Replaces `value` where the key is there.
  func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
    if let found = try values.decodeIfPresent(Value.self, forKey: key) { value = found }
  }

  /// The value of a key, where it is there.
  func valueIfPresent<Value: Decodable>(_ key: Key) throws -> Value? {
    try values.decodeIfPresent(Value.self, forKey: key)
  }
}

/// Any word as a key.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ word: String) { stringValue = word }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

extension KeyedEncodingContainer {
  /// Writes a value unless it is what is meant without it.
  mutating func encode<Value: Encodable & Equatable>(
    _ value: Value, _ key: Key, unless ordinary: Value
  ) throws {
    if value != ordinary { try encode(value, forKey: key) }
  }
}
