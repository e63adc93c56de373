/// Plans that were measured to be the fastest, by the name of the layer.
///
/// A tuning belongs to a run: it is part of its configuration, so that the run gives the same bits
/// when it is resumed or repeated, whatever a new measurement would say.
public struct SparseTuning: Sendable, Equatable {
  /// For each ``SparseWork/name`` the name of a plan.
  public var plans: [String: String]

  /// A tuning from its table; empty without.
  ///
  /// - Throws: ``UserError`` of kind `configuration` when a name is none of a layer, or when a plan
  ///   does not exist or cannot serve its layer.
  public init(plans: [String: String]) throws(UserError) {
    for (layer, plan) in plans.sorted(by: { $0.key < $1.key }) { try Self.check(layer, plan) }
    self.plans = plans
  }

  private static func check(_ layer: String, _ plan: String) throws(UserError) {
    let remedy = "leave the line out, or tune anew"
    guard let work = SparseWork(name: layer) else {
      throw UserError(
        .configuration, found: "kernels for layer \"\(layer)\"",
        expected: "OUTPUTSxINPUTS-KEPT, such as 256x17-768", action: remedy)
    }
    try check(plan, layer, SparsePlan.serving(work, precision: .bfloat16))
  }

  private static func check(
    _ plan: String, _ layer: String, _ serving: [SparsePlan]
  ) throws(UserError) {
    let names = serving.map(\.name)
    guard !names.contains(plan) else { return }
    let remedy = "leave the line out, or tune anew"
    let hint = nearestMatch(to: plan, in: names).map { "did you mean \"\($0)\"?" }
    throw UserError(
      .configuration, found: "plan \"\(plan)\" for layer \(layer)",
      expected: "one of \(names.joined(separator: ", "))", action: hint ?? remedy)
  }

  /// Checks that no plan rounds more than `precision` allows.
  ///
  /// - Throws: ``UserError`` of kind `configuration` that names the first one that does.
  public func check(for precision: Precision) throws(UserError) {
    for (layer, plan) in plans.sorted(by: { $0.key < $1.key }) {
      guard let work = SparseWork(name: layer) else { continue }
      try Self.check(plan, layer, SparsePlan.serving(work, precision: precision))
    }
  }

  /// An empty tuning: every choice is left to the model of costs.
  public init() { plans = [:] }

  /// The plan for a layer, where there is one that can serve it.
  func plan(for work: SparseWork, precision: Precision) -> SparsePlan? {
    guard !plans.isEmpty, let plan = plans[work.name].flatMap(SparsePlan.named), plan.serves(work),
      precision.allows(plan)
    else {
      return nil
    }
    return plan
  }
}

extension SparseTuning: Codable {
  /// Reads a table of names.
  public init(from decoder: any Decoder) throws {
    try self.init(plans: [String: String](from: decoder))
  }

  /// Writes a table of names.
  public func encode(to encoder: any Encoder) throws { try plans.encode(to: encoder) }
}
