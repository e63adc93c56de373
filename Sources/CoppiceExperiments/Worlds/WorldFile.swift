public import CoppiceGridWorld
public import CoppiceTensors

/// Worlds of many agents as TOML files; see `WorldDescription` for what may stand in them.
public enum WorldFile {
  /// The world that a person means by `name`: a TOML file, or the name of one that comes with Coppice.
  ///
  /// - Parameters:
  ///   - name: What a person calls it.
  ///   - size: Cells of a side; as usual without.
  /// - Returns: The world.
  /// - Throws: `UserError` of kind `file` when the file cannot be read, of kind `configuration` when there is no such
  ///   world, or none of this size, or it makes no sense.
  public static func world(
    called name: String, size: Int? = nil
  ) throws(UserError) -> WorldDescription {
    guard Folder.exists(name) || name.contains("/") || name.hasSuffix(".toml") else {
      let entry = try WorldCatalogue.standard.entry(name)
      return if let size { try entry.description(size: size) } else { entry.description }
    }
    guard size == nil else {
      throw UserError(
        .configuration, found: "a size for \(name)", expected: "none, for a file says its own",
        action: "leave it out, or change width and height in the file")
    }
    return try read(name)
  }

  /// The world in the file at `path`.
  ///
  /// - Throws: `UserError` of kind `file` when it cannot be read, of kind `configuration` when it makes no sense.
  public static func read(_ path: String) throws(UserError) -> WorldDescription {
    try decode(try TextFile.readTOML(path), from: path)
  }

  /// The world that `text` describes.
  ///
  /// - Parameters:
  ///   - text: TOML.
  ///   - path: Where it is from, for messages.
  /// - Returns: A world that makes sense; whether there is room for everybody is seen when it is made.
  /// - Throws: `UserError` of kind `configuration` when it is no TOML, for a key that is not known or is missing, and
  ///   for a value that makes no sense.
  public static func decode(_ text: String, from path: String) throws(UserError)
    -> WorldDescription
  {
    let value = try TOMLText.decode(text, from: path)
    do {
      let decoder = SettingsDecoder(value, ledger: SettingsDecoder.Ledger())
      let description = try decoder.decode(WorldDescription.self)
      try description.validate()
      return description
    } catch let error as UserError {
      throw UserError(
        error.kind, found: "\(error.found) (\(path))", expected: error.expected,
        action: error.action)
    } catch {
      throw UserError(.configuration, found: "\(error) (\(path))", action: "mend the file")
    }
  }

  /// A world as TOML, with what differs from the defaults.
  ///
  /// - Throws: `UserError` of kind `configuration` for numbers that cannot be written.
  public static func text(of description: WorldDescription) throws(UserError) -> String {
    guard case .table(let values) = try StructuredValue(encoding: description) else { return "" }
    var text = ""
    let lists = ["groups", "food_items", "rules"]
    for name in order + values.keys.sorted() where !lists.contains(name) && name != "types" {
      guard let value = values[name], !text.hasPrefix("\(name) = "), !text.contains("\n\(name) = ")
      else { continue }
      text += "\(name) = \(wrapped(value))\n"
    }
    if case .table(let types)? = values["types"] {
      for (name, type) in types.sorted(by: { $0.key < $1.key }) {
        text += "\n[types.\(TOMLText.key(name))]\n" + entries(of: type)
      }
    }
    for name in lists {
      guard case .array(let items)? = values[name] else { continue }
      for item in items { text += "\n[[\(name)]]\n" + entries(of: item) }
    }
    return text
  }

  /// What stands first in a file, in this order.
  private static let order = ["width", "height", "step_limit"]

  private static func entries(of value: StructuredValue) -> String {
    guard case .table(let values) = value else { return "" }
    // a name says what the rest is about, and an event what is paid for
    let first = ["name", "event"].filter { values[$0] != nil }
    let names = first + values.keys.sorted().filter { !first.contains($0) }
    var text = ""
    for name in names {
      if let value = values[name] { text += "\(TOMLText.key(name)) = \(wrapped(value))\n" }
    }
    return text
  }

  /// A value whose lists go over several lines where they are long.
  private static func wrapped(_ value: StructuredValue, indent: Int = 0) -> String {
    let inline = TOMLText.inline(value)
    guard inline.utf8.count > 80 else { return inline }
    switch value {
    case .array(let values):
      let margin = String(repeating: " ", count: indent + 2)
      var (text, line) = ("[\n", "")
      for value in values {
        let item = "\(wrapped(value, indent: indent + 2)),"
        if !line.isEmpty, line.utf8.count + item.utf8.count > 80 {
          text += "\(margin)\(line)\n"
          line = ""
        }
        line += line.isEmpty ? item : " \(item)"
      }
      return text + "\(margin)\(line)\n\(String(repeating: " ", count: indent))]"
    case .table(let values):
      let entries = values.sorted { $0.key < $1.key }.map {
        "\(TOMLText.key($0.key)) = \(wrapped($0.value, indent: indent))"
      }
      return "{ \(entries.joined(separator: ", ")) }"
    default: return inline
    }
  }
}
