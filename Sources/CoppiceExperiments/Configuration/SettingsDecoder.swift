import CoppiceTensors

/// Reads a `Decodable` value from settings and notices every setting that nobody asked for.
///
/// Unknown names, which a generic decoder would pass over, are errors with the nearest match; so are
/// values of the wrong kind.
struct SettingsDecoder: Decoder {
  /// What became of the tables: which names were asked for.
  final class Ledger {
    fileprivate(set) var known: [[String]: Set<String>] = [:]

    /// Notes that the table at `path` may have `name`.
    func note(_ name: String, at path: [String]) { known[path, default: []].insert(name) }
  }

  let value: StructuredValue
  let ledger: Ledger
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  init(_ value: StructuredValue, ledger: Ledger, codingPath: [any CodingKey] = []) {
    self.value = value
    self.ledger = ledger
    self.codingPath = codingPath
  }

  /// Where the value stands, `td3.adam.epsilon`.
  var name: String { codingPath.map(\.stringValue).joined(separator: ".") }

  func mismatch(_ expected: String) -> UserError {
    UserError(
      .configuration, found: "\(name) is \(value.kind)", expected: expected, action: "change it")
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .table(let values) = value else { throw mismatch("a table") }
    return KeyedDecodingContainer(SettingsTable(decoder: self, values: values))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let values) = value else { throw mismatch("a list") }
    return SettingsList(decoder: self, values: values)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SettingsScalar(decoder: self)
  }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    // any name may stand in a table that is kept as it is
    if let value = value as? Value { return value }
    do {
      return try Value(from: self)
    } catch DecodingError.dataCorrupted {
      // an enumeration does not say which words it knows
      throw mismatch(with: (type as? any CaseIterable.Type).map { words(of: $0) } ?? [])
    }
  }

  /// The error for a word that is none of `words`.
  private func mismatch(with words: [String]) -> UserError {
    guard case .string(let word) = value else { return mismatch("another value") }
    let hint = nearestMatch(to: word, in: words).map { "did you mean \"\($0)\"?" }
    return UserError(
      .configuration, found: "\(name) = \"\(word)\"",
      expected: words.isEmpty ? "another word" : "one of \(words.joined(separator: ", "))",
      action: hint ?? "change it")
  }

  private func words<Words: CaseIterable>(of type: Words.Type) -> [String] {
    type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
  }
}

/// One value of the settings.
private struct SettingsScalar: SingleValueDecodingContainer {
  let decoder: SettingsDecoder
  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { false }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard case .bool(let value) = decoder.value else { throw decoder.mismatch("true or false") }
    return value
  }

  func decode(_ type: String.Type) throws -> String {
    guard case .string(let value) = decoder.value else { throw decoder.mismatch("text") }
    return value
  }

  func decode(_ type: Double.Type) throws -> Double {
    switch decoder.value {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    default: throw decoder.mismatch("a number")
    }
  }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
  func decode(_ type: Int.Type) throws -> Int { try whole() }
  func decode(_ type: Int8.Type) throws -> Int8 { try whole() }
  func decode(_ type: Int16.Type) throws -> Int16 { try whole() }
  func decode(_ type: Int32.Type) throws -> Int32 { try whole() }
  func decode(_ type: Int64.Type) throws -> Int64 { try whole() }
  func decode(_ type: UInt.Type) throws -> UInt { try whole() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try whole() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try whole() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try whole() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try whole() }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decode(type) }

  /// A whole number, also where it is written like 1e6.
  private func whole<Number: FixedWidthInteger>() throws -> Number {
    switch decoder.value {
    case .integer(let value):
      if let number = Number(exactly: value) { return number }
    case .number(let value):
      if let number = Number(exactly: value) { return number }
    default: break
    }
    throw decoder.mismatch("a whole number that is not too large")
  }
}

/// One table of the settings.
private struct SettingsTable<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: SettingsDecoder
  let values: [String: StructuredValue]
  var codingPath: [any CodingKey] { decoder.codingPath }
  var allKeys: [Key] { values.keys.sorted().compactMap(Key.init(stringValue:)) }

  func contains(_ key: Key) -> Bool {
    decoder.ledger.note(key.stringValue, at: codingPath.map(\.stringValue))
    return values[key.stringValue] != nil
  }

  func decodeNil(forKey key: Key) throws -> Bool { !contains(key) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try inner(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try inner(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try inner(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { decoder }
  func superDecoder(forKey key: Key) throws -> any Decoder { try inner(key) }

  private func inner(_ key: Key) throws -> SettingsDecoder {
    guard contains(key), let value = values[key.stringValue] else {
      let name = (codingPath.map(\.stringValue) + [key.stringValue]).joined(separator: ".")
      throw UserError(.configuration, found: "\(name) is missing", action: "add it")
    }
    return SettingsDecoder(value, ledger: decoder.ledger, codingPath: codingPath + [key])
  }
}

/// One list of the settings.
private struct SettingsList: UnkeyedDecodingContainer {
  let decoder: SettingsDecoder
  let values: [StructuredValue]
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { decoder.codingPath }
  var count: Int? { values.count }
  var isAtEnd: Bool { currentIndex >= values.count }

  init(decoder: SettingsDecoder, values: [StructuredValue]) {
    self.decoder = decoder
    self.values = values
  }

  mutating func decodeNil() throws -> Bool { false }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next().decode(type)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }

  private mutating func next() throws -> SettingsDecoder {
    guard !isAtEnd else { throw decoder.mismatch("a longer list") }
    defer { currentIndex += 1 }
    return SettingsDecoder(values[currentIndex], ledger: decoder.ledger, codingPath: codingPath)
  }
}
