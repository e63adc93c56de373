/// Plans that were measured to be the fastest, by the name of the layer.
///
/// A tuning belongs to a run: it is part of its configuration, so that the run gives the same bits
/// when it is resumed or repeated, whatever a new measurement would say.
public struct SparseTuning: Sendable, Equatable {
  /// For each ``SparseWork/name`` the name of a plan.
  public var plans: [String: String]

  /// A tuning from its table; empty without.
  ///
  /// - Throws: ``UserError`` of kind `configuration` when a plan does not exist.
  public init(plans: [String: String]) throws(UserError) {
    for (layer, plan) in plans.sorted(by: { $0.key < $1.key })
    where SparsePlan.named(plan) == nil {
      throw UserError(
        .configuration, found: "plan \"\(plan)\" for layer \(layer)",
        expected: SparsePlan.all.map(\.name).joined(separator: ", "),
        action: nearestMatch(to: plan, in: SparsePlan.all.map(\.name)).map {
          "did you mean \"\($0)\"?"
        } ?? "leave the line out, or tune anew")
    }
    self.plans = plans
  }

  /// An empty tuning: every choice is left to the model of costs.
  public init() { plans = [:] }

  /// The plan for a layer, where there is one that can serve it.
  func plan(for work: SparseWork, precision: Precision) -> SparsePlan? {
    guard let plan = plans[work.name].flatMap(SparsePlan.named), plan.serves(work),
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
