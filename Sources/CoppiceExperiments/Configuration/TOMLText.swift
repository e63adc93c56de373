package import CoppiceTensors
import TOMLKit

/// Reads and writes TOML: the only place that knows the library that parses it.
package enum TOMLText {
  /// The tables of `text`.
  ///
  /// - Parameters:
  ///   - text: TOML.
  ///   - path: Where it is from, for messages.
  /// - Returns: A table.
  /// - Throws: `UserError` of kind `configuration` with the line when it is no TOML.
  package static func decode(_ text: String, from path: String) throws(UserError) -> StructuredValue
  {
    guard !text.utf8.contains(0) else {
      throw UserError(
        .configuration, found: "\(path) holds bytes that are no text", expected: "TOML",
        action: "name another file")
    }
    if let line = malformedHeader(in: text) {
      throw UserError(
        .configuration, found: "\(path), line \(line), is no TOML (a table without a name)",
        expected: "a name in brackets, such as [td3]", action: "mend that line")
    }
    do {
      return try value(of: TOMLTable(string: text).tomlValue, at: path)
    } catch let error as TOMLParseError {
      throw UserError(
        .configuration,
        found: "\(path), line \(error.source.begin.line), is no TOML (\(error.description))",
        action: "mend that line")
    } catch let error as UserError {
      throw error
    } catch {
      throw UserError(.configuration, found: "\(path) is no TOML", action: "name another file")
    }
  }

  /// The line of `text` that sets `name` in the table `table`, counted from 1, if it is easy to see.
  package static func line(of name: String, in table: [String], text: String) -> Int? {
    var current: [String] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first else { continue }
      if first.hasPrefix("["), let end = line.lastIndex(of: "]"),
        let start = line.firstIndex(of: "[")
      {
        let inside = line[line.index(after: start)..<end]
        current = inside.split(separator: ".").map { String($0.filter { !$0.isWhitespace }) }
        if current == table + [name] { return index + 1 }
      } else if current == table, first == name || first.hasPrefix("\(name)=") {
        return index + 1
      }
    }
    return nil
  }

  /// `value`, which must be a table, with its names in order and its tables last.
  package static func encode(_ value: StructuredValue) -> String {
    var text = ""
    write(value, path: [], to: &text)
    return text
  }

  private static func value(of node: TOMLValue, at path: String) throws(UserError)
    -> StructuredValue
  {
    if let table = node.table {
      var values: [String: StructuredValue] = [:]
      for name in table.keys {
        if let child = table[name] { values[name] = try value(of: child.tomlValue, at: path) }
      }
      return .table(values)
    }
    if let array = node.array {
      var values: [StructuredValue] = []
      for element in array { values.append(try value(of: element.tomlValue, at: path)) }
      return .array(values)
    }
    if let value = node.bool { return .bool(value) }
    if let value = node.int { return .integer(value) }
    if let value = node.double { return .number(value) }
    if let value = node.string { return .string(value) }
    throw UserError(
      .configuration, found: "\(path) holds a date or a time", expected: "text, numbers and lists",
      action: "remove it")
  }

  private static func write(_ value: StructuredValue, path: [String], to text: inout String) {
    guard case .table(let values) = value else { return }
    let names = values.keys.sorted()
    for name in names {
      guard let value = values[name] else { continue }
      if case .table = value { continue }
      text += "\(key(name)) = \(inline(value))\n"
    }
    for name in names {
      guard let value = values[name], case .table = value else { continue }
      let inner = path + [key(name)]
      text += "\(text.isEmpty ? "" : "\n")[\(inner.joined(separator: "."))]\n"
      write(value, path: inner, to: &text)
    }
  }

  /// `value` as it stands behind a name.
  static func inline(_ value: StructuredValue) -> String {
    switch value {
    case .bool(let value): return "\(value)"
    case .integer(let value): return "\(value)"
    case .number(let value):
      if value.isNaN { return "nan" }
      return value.isInfinite ? (value < 0 ? "-inf" : "inf") : "\(value)"
    case .string(let value): return quoted(value)
    case .array(let values): return "[\(values.map(inline).joined(separator: ", "))]"
    case .table(let values):
      let entries = values.sorted { $0.key < $1.key }.map { "\(key($0.key)) = \(inline($0.value))" }
      return "{ \(entries.joined(separator: ", ")) }"
    }
  }

  /// `name` as it stands before a value.
  static func key(_ name: String) -> String {
    let bare = name.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
        || $0 == "-"
    }
    return bare && !name.isEmpty ? name : quoted(name)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
