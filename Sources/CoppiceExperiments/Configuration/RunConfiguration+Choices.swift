import CoppiceEnvironments
public import CoppiceTensors

extension RunConfiguration {
  /// The kernels that the configuration asks for, with its choice of storages.
  ///
  /// - Throws: `UserError` of kind `configuration` when this machine cannot run them.
  public func arithmetic() throws(UserError) -> KernelArithmetic {
    var arithmetic = try untunedArithmetic()
    try kernels.check(for: arithmetic.precision)
    arithmetic.tuning = kernels
    return arithmetic
  }

  private func untunedArithmetic() throws(UserError) -> KernelArithmetic {
    guard let precision = Precision(rawValue: precision) else {
      throw UserError(
        .configuration, found: "precision \"\(precision)\"",
        expected: Precision.allCases.map(\.rawValue).joined(separator: " or "),
        action: "change precision")
    }
    if instructionSet == "auto" {
      return try KernelArithmetic(.fastest, precision: precision)
    }
    guard let set = InstructionSet(rawValue: instructionSet) else {
      let names = InstructionSet.allCases.map(\.rawValue)
      throw UserError(
        .configuration, found: "instruction set \"\(instructionSet)\"",
        expected: "auto or one of \(names.joined(separator: ", "))",
        action: "change instruction_set")
    }
    return try KernelArithmetic(set, precision: precision)
  }

  /// The options of the environment, in the form that it takes.
  ///
  /// - Throws: `UserError` of kind `configuration` when a value has no place in an option.
  func options() throws(UserError) -> [String: EnvironmentOption] {
    var options: [String: EnvironmentOption] = [:]
    for (name, value) in environmentOptions { options[name] = try Self.option(name, value) }
    return options
  }

  private static func option(
    _ name: String, _ value: StructuredValue
  ) throws(UserError) -> EnvironmentOption {
    switch value {
    case .bool(let value): return .bool(value)
    case .integer(let value): return .number(Double(value))
    case .number(let value): return .number(value)
    case .string(let value): return .string(value)
    case .array(let values):
      let numbers = values.compactMap { value -> Double? in
        switch value {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
      }
      if numbers.count == values.count { return .numbers(numbers) }
    case .table: break
    }
    throw UserError(
      .configuration, found: "environment option \"\(name)\" = \(value.kind)",
      expected: "true, false, a number, text, or a list of numbers",
      action: "change environment_options")
  }
}
