import CoppiceTensors

/// A rule of any form: agents are tried one after the other.
///
/// The event is taken apart into what all has to hold. Each part is looked at as soon as its symbols have their
/// agents, and if it does not hold, no more agents are tried with these. A symbol that somebody has met with is
/// given whom that one met with, and nobody else is tried.
///
/// - Complexity: O(product of the groups of those symbols that nothing ties to others).
final class SearchedPayment: RewardPayment {
  private let rule: ResolvedRule
  private let levels: [SearchLevel]
  /// Parts without `any` symbols.
  private let fixedParts: [Formula]
  /// `[symbols]`: the slot of each that has one.
  private let slots: AlignedBuffer<Int>

  init(_ rule: ResolvedRule) {
    self.rule = rule
    slots = AlignedBuffer(count: rule.symbols.count)
    (levels, fixedParts) = SearchLevel.plan(rule)
  }

  func pay(_ crowd: Crowd) -> Bool {
    for symbol in 0..<rule.eventSymbolCount {
      guard case .number = rule.symbols[symbol].agent else { continue }
      let candidates = crowd.candidates(for: rule.symbols[symbol])
      guard !candidates.isEmpty else { return false }
      slots.pointer[symbol] = candidates.lowerBound
    }
    for part in fixedParts where !holds(part, crowd) { return false }
    let count = search(0, crowd)
    crowd.settle(rule, from: 0, count: count)
    return count > 0
  }

  /// Pays all assignments that agree with those of the levels before; tells how many.
  private func search(_ depth: Int, _ crowd: Crowd) -> Int {
    guard depth < levels.count else {
      for level in levels {
        let slot = slots.pointer[level.symbol]
        crowd.agents.reward.pointer[slot] += rule.symbols[level.symbol].value
      }
      return 1
    }
    let level = levels[depth]
    var candidates = crowd.members(of: rule.symbols[level.symbol].group)
    if let inference = level.inference {
      let subject = slots.pointer[inference.subject]
      guard crowd.agents.encounter.pointer[subject] == inference.kind.rawValue else { return 0 }
      let object = Int(crowd.agents.encountered.pointer[subject])
      guard candidates.contains(object) else { return 0 }
      candidates = object..<(object + 1)
    }
    var count = 0
    for slot in candidates where isNew(slot, level) {
      slots.pointer[level.symbol] = slot
      if allHold(level.parts, crowd) { count += search(depth + 1, crowd) }
    }
    return count
  }

  private func isNew(_ slot: Int, _ level: SearchLevel) -> Bool {
    for other in level.mates where slots.pointer[other] == slot { return false }
    return true
  }

  private func allHold(_ parts: [Formula], _ crowd: Crowd) -> Bool {
    for part in parts where !holds(part, crowd) { return false }
    return true
  }

  private func holds(_ formula: Formula, _ crowd: Crowd) -> Bool {
    switch formula {
    case .encounter(let kind, let subject, let object):
      let other = slots.pointer[object]
      guard rule.symbols[subject].agent == .all else {
        return crowd.met(kind, slots.pointer[subject], other)
      }
      for slot in crowd.members(of: rule.symbols[subject].group)
      where !crowd.met(kind, slot, other) { return false }
      return true
    case .one(let predicate, let symbol):
      let group = rule.symbols[symbol].group
      return rule.symbols[symbol].agent == .all
        ? crowd.holds(predicate, forAllOf: group)
        : crowd.holds(predicate, slots.pointer[symbol], of: group)
    case .line(let symbol): return crowd.isLine(rule.symbols[symbol].group)
    case .and(let parts): return allHold(parts, crowd)
    case .or(let parts):
      for part in parts where holds(part, crowd) { return true }
      return false
    case .not(let part): return !holds(part, crowd)
    }
  }
}
