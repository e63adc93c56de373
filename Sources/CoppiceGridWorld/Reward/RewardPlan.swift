import CoppiceTensors

/// All rules of a world, each in the form in which it is least work.
final class RewardPlan {
  private let crowd: Crowd
  private let payments: [any RewardPayment]
  private let isTerminal: [Bool]

  /// The plan for `rules`, which make sense, in a world where everybody was just placed.
  ///
  /// - Throws: `UserError` of kind `configuration` when a rule speaks of an agent that was not placed.
  init(
    _ rules: [RewardRule], _ agents: AgentTable, _ groups: [GridWorld.Group], width: Int,
    height: Int
  ) throws(UserError) {
    var resolved: [ResolvedRule] = []
    for (index, rule) in rules.enumerated() {
      resolved.append(try ResolvedRule(rule, RewardRule.name(index), groups))
    }
    var aligned: Set<Int> = []
    for rule in resolved {
      aligned.formUnion(rule.formula.alignedSymbols.map { rule.symbols[$0].group })
    }
    crowd = Crowd(agents, groups, aligned: aligned, width: width, height: height)
    payments = resolved.map { Self.payment($0, capacity: agents.number.count) }
    isTerminal = resolved.map(\.isTerminal)
  }

  private static func payment(_ rule: ResolvedRule, capacity: Int) -> any RewardPayment {
    if let payment = PairPayment(rule) { return payment }
    if let payment = SharedObjectPayment(rule, capacity: capacity) { return payment }
    return SearchedPayment(rule)
  }

  /// Pays for what came to pass in a step.
  ///
  /// - Returns: Whether the world is over with it.
  func pay(_ groups: inout [GridWorld.Group]) -> Bool {
    crowd.refresh(groups)
    var isOver = false
    for (index, payment) in payments.enumerated() {
      let cameToPass = payment.pay(crowd)
      isOver = isOver || cameToPass && isTerminal[index]
    }
    for index in groups.indices { groups[index].reward += crowd.groupReward.pointer[index] }
    return isOver
  }
}

/// A rule as work.
protocol RewardPayment: AnyObject {
  /// Pays everybody, and tells whether the event came to pass.
  func pay(_ crowd: Crowd) -> Bool
}
