public import CoppiceTensors

/// The options of an environment, as a value.
///
/// ```swift
/// struct Configuration: EnvironmentConfiguration {
///   var gravity = 10.0
///   init() {}
///   static let fields: [EnvironmentField<Self>] = [.number("gravity", \.gravity)]
/// }
/// ```
public protocol EnvironmentConfiguration: Sendable, Equatable {
  /// The defaults.
  init()

  /// The options by the names that recipes use, in the order of the documentation.
  static var fields: [EnvironmentField<Self>] { get }
}

extension EnvironmentConfiguration {
  /// The defaults, changed by `options`.
  ///
  /// - Parameters:
  ///   - options: Values by the names of ``fields``.
  ///   - id: The environment, for messages.
  /// - Throws: `UserError` of kind `configuration` when there is no such option, or when a value
  ///   does not fit it.
  public init(options: [String: EnvironmentOption], of id: String) throws(UserError) {
    self.init()
    for (name, value) in options.sorted(by: { $0.key < $1.key }) {
      guard let field = Self.fields.first(where: { $0.name == name }) else {
        let names = Self.fields.map(\.name)
        let list = names.isEmpty ? "no options" : "one of \(names.joined(separator: ", "))"
        let hint = nearestMatch(to: name, in: names).map { "did you mean \"\($0)\"?" }
        throw UserError(
          .configuration, found: "option \"\(name)\" of \(id)", expected: list,
          action: hint ?? "see `coppice list environments`")
      }
      if let expected = field.write(value, &self) {
        throw UserError(
          .configuration, found: "option \"\(name)\" of \(id) = \(value)", expected: expected,
          action: "change the value")
      }
    }
  }

  /// Every option and its value, in the order of the documentation.
  public var options: [(name: String, value: EnvironmentOption)] {
    Self.fields.map { ($0.name, $0.read(self)) }
  }
}

/// One option of an environment: its name in recipes, and how it is read and written.
public struct EnvironmentField<Configuration>: Sendable {
  /// The name in recipes, Gymnasium's where it has one: `ctrl_cost_weight`.
  public let name: String

  let read: @Sendable (Configuration) -> EnvironmentOption
  let write: @Sendable (EnvironmentOption, inout Configuration) -> String?

  /// An option of your own kind.
  ///
  /// - Parameters:
  ///   - name: The name in recipes.
  ///   - read: The value that a configuration has.
  ///   - write: Puts a value into a configuration, or says what would have fitted.
  public init(
    name: String, read: @escaping @Sendable (Configuration) -> EnvironmentOption,
    write: @escaping @Sendable (EnvironmentOption, inout Configuration) -> String?
  ) {
    self.name = name
    self.read = read
    self.write = write
  }

  /// A yes or no.
  public static func bool(
    _ name: String, _ path: any WritableKeyPath<Configuration, Bool> & Sendable
  ) -> Self {
    Self(name: name, read: { .bool($0[keyPath: path]) }) { option, configuration in
      guard case .bool(let value) = option else { return "true or false" }
      configuration[keyPath: path] = value
      return nil
    }
  }

  /// A finite number.
  public static func number(
    _ name: String, _ path: any WritableKeyPath<Configuration, Double> & Sendable
  ) -> Self {
    Self(name: name, read: { .number($0[keyPath: path]) }) { option, configuration in
      guard case .number(let value) = option, value.isFinite else { return "a number" }
      configuration[keyPath: path] = value
      return nil
    }
  }

  /// A number that is not negative.
  public static func magnitude(
    _ name: String, _ path: any WritableKeyPath<Configuration, Double> & Sendable
  ) -> Self {
    Self(name: name, read: { .number($0[keyPath: path]) }) { option, configuration in
      guard case .number(let value) = option, value.isFinite, value >= 0 else {
        return "a number of at least 0"
      }
      configuration[keyPath: path] = value
      return nil
    }
  }

  /// A whole number of at least 1.
  public static func count(
    _ name: String, _ path: any WritableKeyPath<Configuration, Int> & Sendable
  ) -> Self {
    Self(name: name, read: { .number(Double($0[keyPath: path])) }) { option, configuration in
      guard case .number(let value) = option, let whole = Int(exactly: value),
        (1...1_000_000).contains(whole)
      else { return "a whole number from 1 to 1000000" }
      configuration[keyPath: path] = whole
      return nil
    }
  }

  /// A range as two numbers, the lower one first; either may be infinite.
  public static func range(
    _ name: String, _ path: any WritableKeyPath<Configuration, ValueRange> & Sendable
  ) -> Self {
    Self(
      name: name,
      read: { .numbers([$0[keyPath: path].low, $0[keyPath: path].high]) }
    ) { option, configuration in
      guard case .numbers(let values) = option, values.count == 2, values[0] <= values[1] else {
        return "two numbers, the lower one first"
      }
      configuration[keyPath: path] = ValueRange(values[0], values[1])
      return nil
    }
  }
}
