import CoppiceTensors

extension RunConfiguration {
  /// Every setting as a table, by its name in recipes.
  func table() throws(UserError) -> StructuredValue {
    var table = try StructuredValue(encoding: self)
    // by way of JSON, infinite bounds would become text
    table["environment_options"] = environmentOptions.isEmpty ? nil : .table(environmentOptions)
    if kernels.plans.isEmpty { table["kernels"] = nil }
    return table
  }
}

extension StructuredValue {
  /// The values that are no tables, each by the names that lead to it: `td3.adam.epsilon`.
  func flattened(under prefix: String = "") -> [String: StructuredValue] {
    guard case .table(let values) = self else { return [prefix: self] }
    var result: [String: StructuredValue] = [:]
    for (name, value) in values {
      let inner = value.flattened(under: prefix.isEmpty ? name : "\(prefix).\(name)")
      result.merge(inner) { $1 }
    }
    return result
  }
}
