public import CoppiceTensors

extension StructuredValue {
  /// The table that `name=value` makes, with dots between tables: `model_options.generator.width=32`.
  ///
  /// The value is TOML; a word that is none is text.
  ///
  /// - Throws: `UserError` of kind `configuration` where there is no name or no value.
  public init(assignment text: String) throws(UserError) {
    let parts = text.split(separator: "=", maxSplits: 1).map { part in
      String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
      SettingPath(parts[0]).names.allSatisfy({ !$0.isEmpty }), !text.contains("\n")
    else {
      throw UserError(
        .configuration, found: "the setting \"\(text)\"", expected: "name=value",
        action: "write it like model_options.step=0.5")
    }
    let key = "value"
    let value = try? TOMLText.decode("\(key) = \(parts[1])\n", from: text)[key]
    self = SettingPath(parts[0]).table(value ?? .string(parts[1]))
  }
}
