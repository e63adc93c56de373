import CoppiceTensors

/// One thing that varies over a study, with the values that it takes.
struct StudyAxis {
  /// Which setting; nothing where draws of several settings are the values.
  let path: SettingPath?
  /// What each value sets, and how names tell of it.
  let choices: [StudyChoice]

  /// The axes of `[grid]`, slowest first.
  ///
  /// Seeds are slowest, so that more of them are more members at the end.
  static func grid(
    _ values: [String: StructuredValue], from path: String
  ) throws(UserError) -> [StudyAxis] {
    var axes: [StudyAxis] = []
    for (setting, value) in SettingPath.leaves(of: values) {
      guard case .array(let values) = value, !values.isEmpty else {
        let found = if case .array = value { "an empty list" } else { value.kind }
        throw UserError(
          .configuration, found: "\(setting) in [grid] of \(path) is \(found)",
          expected: "a list of values, such as [1, 2, 3]", action: "change the study")
      }
      axes.append(
        StudyAxis(
          path: setting,
          choices: values.map { value in
            StudyChoice(
              value: setting.table(value),
              label: values.count > 1 ? StudyChoice.label(setting, value) : nil,
              settings: StudyChoice.told(setting, values.count > 1 ? value : nil))
          }))
    }
    return axes.sorted { ($0.rank, $0.order) < ($1.rank, $1.order) }
  }

  private var rank: Int {
    let places = ["seed", "environment", "algorithm", "recipe"]
    return places.firstIndex(of: order) ?? (order == "sparsity" ? places.count + 1 : places.count)
  }

  private var order: String { path.map { "\($0)" } ?? "" }

  /// Whether it stands before what is drawn.
  var isOuter: Bool { rank < 4 }

  /// Every way to take one choice of each axis; the last axis changes fastest.
  static func product(_ axes: [StudyAxis]) -> [StudyChoice] {
    axes.reduce([StudyChoice()]) { choices, axis in
      choices.flatMap { choice in axis.choices.map { choice.adding($0) } }
    }
  }
}

/// What one member or one value of an axis sets.
struct StudyChoice {
  /// A table, as a recipe.
  var value: StructuredValue = .table([:])
  /// What names tell of it.
  var label: String?
  /// What is told of it apart from the name.
  var settings: [String: StructuredValue] = [:]

  /// Both together.
  func adding(_ other: StudyChoice) -> StudyChoice {
    let labels = [label, other.label].compactMap { $0 }
    return StudyChoice(
      value: value.merging(other.value),
      label: labels.isEmpty ? nil : labels.joined(separator: "-"),
      settings: settings.merging(other.settings) { $1 })
  }

  /// The settings of a `[[member]]`.
  static func member(_ values: [String: StructuredValue]) -> StudyChoice {
    let leaves = SettingPath.leaves(of: values)
    let labels = leaves.compactMap { label($0.path, $0.value) }
    return StudyChoice(
      value: SettingPath.nested(values),
      label: labels.isEmpty ? nil : labels.joined(separator: "-"),
      settings: leaves.reduce(into: [:]) {
        $0.merge(told($1.path, $1.value)) { $1 }
      })
  }

  /// Settings that names of members have a place for.
  private static let inEveryName = ["environment", "algorithm", "sparsity", "seed"]

  /// What is told of `setting` apart from the name: nothing where it does not vary or has a place of its
  /// own.
  static func told(_ setting: SettingPath, _ value: StructuredValue?) -> [String: StructuredValue] {
    guard let value, !inEveryName.contains("\(setting)") else { return [:] }
    return ["\(setting)": value]
  }

  /// How a name tells that `setting` is `value`.
  static func label(_ setting: SettingPath, _ value: StructuredValue) -> String? {
    if inEveryName.contains("\(setting)") { return nil }
    let text = RunFolder.fileNameSafe(text(value))
    if setting.names == ["recipe"] {
      return text.hasSuffix(".toml") ? String(text.dropLast(5)) : text
    }
    return "\(RunFolder.fileNameSafe(setting.names.last ?? ""))-\(text)"
  }

  /// How people are told of a value.
  static func text(_ value: StructuredValue) -> String {
    switch value {
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.map(text).joined(separator: "-")
    case .table(let values):
      values.sorted { $0.key < $1.key }.map { "\($0.key)-\(text($0.value))" }
        .joined(separator: "-")
    }
  }
}
