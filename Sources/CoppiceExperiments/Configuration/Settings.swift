package import CoppiceTensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Settings from several places, each of which overrides the one before.
///
/// A layer that sets something that does not exist is an error with the nearest match, and with the
/// line where the layer is a file.
package struct Settings {
  /// Where a part of the settings is from.
  private struct Layer {
    let name: String
    let text: String
    let value: StructuredValue
  }

  private var layers: [Layer] = []

  /// No settings.
  package init() {}

  /// Adds settings that override those there are.
  ///
  /// - Parameters:
  ///   - value: A table.
  ///   - name: Where they are from, for messages.
  package mutating func add(_ value: StructuredValue, from name: String) {
    layers.append(Layer(name: name, text: "", value: value))
  }

  /// Adds the settings of a TOML file.
  ///
  /// - Parameters:
  ///   - text: What the file holds.
  ///   - name: Its path, for messages.
  /// - Throws: `UserError` of kind `configuration` when it is no TOML.
  package mutating func add(toml text: String, from name: String) throws(UserError) {
    layers.append(
      Layer(name: name, text: text, value: try TOMLText.decode(text, from: name)))
  }

  /// All settings as one table.
  package var merged: StructuredValue {
    layers.reduce(.table([:])) { $0.merging($1.value) }
  }

  /// The settings as a `Value`, whose own defaults fill what is not set.
  ///
  /// - Parameter defaults: What is not set.
  /// - Returns: The settings, whole.
  /// - Throws: `UserError` of kind `configuration` for a name that does not exist and for a value
  ///   of the wrong kind.
  package func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value {
    let own = try StructuredValue(encoding: defaults)
    // the defaults are always whole, so reading them tells every name that there is
    let ledger = SettingsDecoder.Ledger()
    _ = try Self.read(own, ledger: ledger, as: Value.self)
    try refuseUnknown(ledger.known)
    return try Self.read(own.merging(merged), ledger: ledger, as: Value.self)
  }

  private static func read<Value: Decodable>(
    _ value: StructuredValue, ledger: SettingsDecoder.Ledger, as type: Value.Type
  ) throws(UserError) -> Value {
    do {
      return try SettingsDecoder(value, ledger: ledger).decode(type)
    } catch let error as UserError {
      throw error
    } catch {
      throw UserError(.configuration, found: "\(error)", action: "mend the recipe")
    }
  }

  private func refuseUnknown(_ known: [[String]: Set<String>]) throws(UserError) {
    for layer in layers { try refuseUnknown(layer.value, path: [], layer, known) }
  }

  private func refuseUnknown(
    _ value: StructuredValue, path: [String], _ layer: Layer, _ known: [[String]: Set<String>]
  ) throws(UserError) {
    // a table nobody looked into may hold anything
    guard case .table(let values) = value, let names = known[path] else { return }
    for (name, inner) in values.sorted(by: { $0.key < $1.key }) {
      guard !names.contains(name) else {
        try refuseUnknown(inner, path: path + [name], layer, known)
        continue
      }
      let line = TOMLText.line(of: name, in: path, text: layer.text).map { ", line \($0)" } ?? ""
      let hint = nearestMatch(to: name, in: names.sorted()).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration,
        found:
          "unknown setting \"\((path + [name]).joined(separator: "."))\" (\(layer.name)\(line))",
        action: hint ?? "the settings there are \(names.sorted().joined(separator: ", "))")
    }
  }
}
