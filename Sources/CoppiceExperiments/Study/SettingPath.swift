/// Where a setting stands in a recipe: `td3.actor_learning_rate`.
struct SettingPath: Hashable, CustomStringConvertible {
  /// The names of the tables around it and its own, outermost first.
  let names: [String]

  /// The setting that a key names, with dots between tables.
  init(_ key: String) {
    names = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  private init(names: [String]) { self.names = names }

  /// The setting called `name` inside of the table that this is.
  func inner(_ name: String) -> SettingPath { SettingPath(names: names + [name]) }

  var description: String { names.joined(separator: ".") }

  /// A table that sets this to `value` and nothing else.
  func table(_ value: StructuredValue) -> StructuredValue {
    names.reversed().reduce(value) { .table([$1: $0]) }
  }

  /// `values` with their keys as paths: tables within tables, as recipes have them.
  static func nested(_ values: [String: StructuredValue]) -> StructuredValue {
    values.sorted { $0.key < $1.key }.reduce(.table([:])) {
      $0.merging(SettingPath($1.key).table($1.value))
    }
  }

  /// The settings in `values`, by path: everything that is no table, or that `isWhole` wants as it is.
  static func leaves(
    of values: [String: StructuredValue], isWhole: (StructuredValue) -> Bool = { _ in false }
  ) -> [(path: SettingPath, value: StructuredValue)] {
    values.sorted { $0.key < $1.key }
      .flatMap { leaves(of: $0.value, at: SettingPath($0.key), isWhole) }
  }

  private static func leaves(
    of value: StructuredValue, at path: SettingPath, _ isWhole: (StructuredValue) -> Bool
  ) -> [(path: SettingPath, value: StructuredValue)] {
    guard case .table(let values) = value, !isWhole(value) else { return [(path, value)] }
    return values.sorted { $0.key < $1.key }
      .flatMap { leaves(of: $0.value, at: path.inner($0.key), isWhole) }
  }
}
