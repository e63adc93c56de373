import CoppiceRandom
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What `[random]` draws: settings with values from lists and ranges.
///
/// ## Randomness
/// The value of a setting in draw `n` follows from `key`, the name of the setting and `n` alone, so that
/// more draws, or more settings, change none of those there are.
enum StudyDraws {
  private struct Count: Codable {
    var count = 0
    var key: UInt64 = 1
  }

  /// From low to high: whole numbers where both ends are, both ends included.
  private struct Range: Codable {
    var low = StructuredValue.integer(0)
    var high = StructuredValue.integer(0)
    var scale = "linear"
  }

  /// The axis whose choices are the draws of `[random]`; nothing where there is no such table.
  static func axis(
    _ values: [String: StructuredValue], from path: String
  ) throws(UserError) -> StudyAxis? {
    guard !values.isEmpty else { return nil }
    var counts = Settings()
    counts.add(.table(values.filter { ["count", "key"].contains($0.key) }), from: path)
    let count = try counts.resolve(over: Count())
    let drawn = SettingPath.leaves(of: values.filter { !["count", "key"].contains($0.key) }) {
      $0["low"] != nil || $0["high"] != nil
    }
    guard (1...100_000).contains(count.count), !drawn.isEmpty else {
      throw UserError(
        .configuration,
        found: drawn.isEmpty
          ? "nothing to draw in [random] of \(path)"
          : "count = \(count.count) in [random] of \(path)",
        expected: "a count from 1 to 100000 and at least one setting", action: "change the study")
    }
    var choices = (1...count.count).map { StudyChoice(label: "r\($0)") }
    for (setting, source) in drawn {
      let draw = try drawing(source, of: setting, from: path)
      for index in choices.indices {
        var stream = key(count.key, "\(setting)").split(index).stream()
        let value = draw(&stream)
        choices[index] = choices[index].adding(
          StudyChoice(value: setting.table(value), settings: ["\(setting)": value]))
      }
    }
    return StudyAxis(path: nil, choices: choices)
  }

  /// The settings that `[random]` draws.
  static func paths(_ values: [String: StructuredValue]) -> [SettingPath] {
    SettingPath.leaves(of: values) { $0["low"] != nil || $0["high"] != nil }.map(\.path)
  }

  private static func key(_ seed: UInt64, _ name: String) -> RandomKey {
    // FNV-1a, as for names that are known beforehand
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    return RandomKey(seed: seed).split("study").split(hash)
  }

  private static func drawing(
    _ source: StructuredValue, of setting: SettingPath, from path: String
  ) throws(UserError) -> (inout RandomStream) -> StructuredValue {
    if case .array(let values) = source, !values.isEmpty {
      return { values[$0.nextIndex(below: values.count)] }
    }
    func bad(_ found: String) -> UserError {
      UserError(
        .configuration, found: "\(setting) in [random] of \(path) is \(found)",
        expected: "a list, { low = 1, high = 10 }, or with scale = \"logarithmic\" and low above 0",
        action: "change the study")
    }
    guard case .table = source else { throw bad(source.kind) }
    var settings = Settings()
    settings.add(source, from: "\(setting) in [random] of \(path)")
    let range = try settings.resolve(over: Range())
    let isLogarithmic = range.scale == "logarithmic"
    guard let low = number(range.low), let high = number(range.high), low < high,
      isLogarithmic || range.scale == "linear", !isLogarithmic || low > 0
    else { throw bad("no range") }
    let isWhole =
      if case .integer = range.low, case .integer = range.high { true } else { false }
    return { stream in
      if isWhole, !isLogarithmic {
        return .integer(Int(low) + stream.nextIndex(below: Int(high - low) + 1))
      }
      let value =
        isLogarithmic
        ? exp(stream.nextUniform(log(low), log(high)))
        : stream.nextUniform(low, high)
      let bounded = min(max(value, low), high)
      return isWhole ? .integer(Int(bounded.rounded())) : .number(bounded)
    }
  }

  private static func number(_ value: StructuredValue) -> Double? {
    switch value {
    case .integer(let value) where abs(value) < 1 << 52: Double(value)
    case .number(let value) where value.isFinite: value
    default: nil
    }
  }
}
