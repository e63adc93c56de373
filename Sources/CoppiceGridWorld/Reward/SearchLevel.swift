/// One turn of a search: which symbol is given agents, and what is asked then.
struct SearchLevel {
  let symbol: Int
  /// Whom the subject met with is the only candidate.
  let inference: (kind: Encounter, subject: Int)?
  /// Symbols with agents already, none of which may be the same.
  let mates: [Int]
  /// Parts of the event whose symbols all have agents now.
  let parts: [Formula]

  /// The order in which symbols are given agents, and the parts of the event that need none.
  ///
  /// Those that others have met with come as soon as they are known. Of the rest, those come first that are
  /// asked something by themselves, then those that may have met with somebody.
  static func plan(_ rule: ResolvedRule) -> (levels: [SearchLevel], fixedParts: [Formula]) {
    let parts = rule.formula.conjuncts.map { part in
      (formula: part, open: part.symbols.filter { rule.symbols[$0].isAny })
    }
    var unbound = (0..<rule.eventSymbolCount).filter { rule.symbols[$0].isAny }
    var bound: [Int] = []
    var levels: [SearchLevel] = []
    while !unbound.isEmpty {
      var choice = unbound.max {
        urgency($0, parts, unbound) < urgency($1, parts, unbound)
      }
      var inference: (kind: Encounter, subject: Int)?
      for case .encounter(let kind, let subject, let object) in parts.map(\.formula)
      where unbound.contains(object) && !unbound.contains(subject)
        && rule.symbols[subject].agent != .all
      {
        (choice, inference) = (object, (kind, subject))
        break
      }
      guard let symbol = choice else { break }
      let before = Set(bound)
      unbound.removeAll { $0 == symbol }
      bound.append(symbol)
      let after = Set(bound)
      levels.append(
        SearchLevel(
          symbol: symbol, inference: inference,
          mates: before.filter { rule.areDistinct($0, symbol) }.sorted(),
          parts: parts.filter { $0.open.isSubset(of: after) && !$0.open.isSubset(of: before) }
            .map(\.formula)))
    }
    return (levels, parts.filter(\.open.isEmpty).map(\.formula))
  }

  private static func urgency(
    _ symbol: Int, _ parts: [(formula: Formula, open: Set<Int>)], _ unbound: [Int]
  ) -> Int {
    var urgency = 0
    for part in parts {
      if part.open == [symbol] { urgency += 4 }
      if case .encounter(_, let subject, let object) = part.formula {
        if subject == symbol { urgency += 2 }
        if object == symbol, unbound.contains(subject) { urgency -= 1 }
      }
    }
    return urgency
  }
}
