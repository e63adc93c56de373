import CoppiceTensors

/// A rule about what two agents did to a third, such as that both struck it.
///
/// How many did the first, and how many did the second, is counted for each third agent. An agent is paid for as
/// many partners as it has. That one `or` the other did it is paid as the first with anybody, and the second
/// with anybody, less both.
///
/// - Complexity: O(agents of the three groups).
final class SharedObjectPayment: RewardPayment {
  private let rule: ResolvedRule
  private let first: EncounterPair
  private let second: EncounterPair
  private let isOr: Bool
  /// Whether the two subjects are of one group.
  private let areMates: Bool
  /// `[N]`: by object, how many subjects each pair has.
  private let firstCount: AlignedBuffer<Int32>
  private let secondCount: AlignedBuffer<Int32>

  /// Nothing where the rule is of another form.
  init?(_ rule: ResolvedRule, capacity: Int) {
    let parts: [Formula]
    switch rule.formula {
    case .and(let both): (parts, isOr) = (both, false)
    case .or(let either): (parts, isOr) = (either, true)
    default: return nil
    }
    guard parts.count == 2, rule.eventSymbolCount == 3, let first = EncounterPair(parts[0]),
      let second = EncounterPair(parts[1]), first.object == second.object,
      first.isSingle(rule), !first.holdsForStrangers, !second.holdsForStrangers,
      rule.symbols[first.subject].isAny, rule.symbols[second.subject].isAny
    else { return nil }
    (self.rule, self.first, self.second) = (rule, first, second)
    areMates = rule.areDistinct(first.subject, second.subject)
    firstCount = AlignedBuffer(count: capacity)
    secondCount = AlignedBuffer(count: capacity)
  }

  func pay(_ crowd: Crowd) -> Bool {
    let objects = crowd.candidates(for: rule.symbols[first.object])
    for slot in objects { (firstCount.pointer[slot], secondCount.pointer[slot]) = (0, 0) }
    each(crowd, first, objects) { firstCount.pointer[$1] += 1 }
    each(crowd, second, objects) { secondCount.pointer[$1] += 1 }
    var count = payBoth(crowd, objects, isOr ? -1 : 1)
    if isOr {
      count =
        payWithAnybody(crowd, first, second, firstCount, objects)
        + payWithAnybody(crowd, second, first, secondCount, objects) - count
    }
    crowd.settle(rule, from: 3, count: count)
    return count > 0
  }

  /// Calls `body` with the subject and the object of all for which a pair holds.
  @inline(__always)
  private func each(
    _ crowd: Crowd, _ pair: EncounterPair, _ objects: Range<Int>, _ body: (Int, Int) -> Void
  ) {
    let itself = rule.areDistinct(pair.subject, pair.object)
    let (encounter, encountered) = (
      crowd.agents.encounter.pointer, crowd.agents.encountered.pointer
    )
    for slot in crowd.candidates(for: rule.symbols[pair.subject])
    where pair.kinds &>> encounter[slot] & 1 != 0 {
      let object = Int(encountered[slot])
      guard objects.contains(object), !(itself && object == slot) else { continue }
      body(slot, object)
    }
  }

  /// Pays, `sign` times, where both pairs hold; tells how often that is.
  private func payBoth(_ crowd: Crowd, _ objects: Range<Int>, _ sign: Float) -> Int {
    let (reward, encounter) = (crowd.agents.reward.pointer, crowd.agents.encounter.pointer)
    let own = sign * rule.symbols[first.subject].value
    let other = sign * rule.symbols[second.subject].value
    let shared = sign * rule.symbols[first.object].value
    var count = 0
    each(crowd, first, objects) { slot, object in
      let itself = areMates && second.kinds &>> encounter[slot] & 1 != 0 ? 1 : 0
      let partners = Int(secondCount.pointer[object]) - itself
      reward[slot] += own * Float(partners)
      reward[object] += shared * Float(partners)
      count += partners
    }
    each(crowd, second, objects) { slot, object in
      let itself = areMates && first.kinds &>> encounter[slot] & 1 != 0 ? 1 : 0
      reward[slot] += other * Float(Int(firstCount.pointer[object]) - itself)
    }
    return count
  }

  /// Pays where `pair` holds, whatever the subject of `other` did; tells how often that is.
  ///
  /// `counts` has the number of subjects of `pair`, by object.
  private func payWithAnybody(
    _ crowd: Crowd, _ pair: EncounterPair, _ other: EncounterPair, _ counts: AlignedBuffer<Int32>,
    _ objects: Range<Int>
  ) -> Int {
    let reward = crowd.agents.reward.pointer
    let isObjectsMate = rule.areDistinct(other.subject, other.object)
    let bystanders = crowd.candidates(for: rule.symbols[other.subject])
    let partners = bystanders.count - (areMates ? 1 : 0) - (isObjectsMate ? 1 : 0)
    let own = rule.symbols[pair.subject].value * Float(partners)
    let shared = rule.symbols[pair.object].value * Float(partners)
    var hits = 0
    each(crowd, pair, objects) { slot, object in
      reward[slot] += own
      reward[object] += shared
      hits += 1
    }
    let value = rule.symbols[other.subject].value
    guard value != 0 else { return hits * partners }
    for slot in bystanders {
      let asObject = isObjectsMate ? Int(counts.pointer[slot]) : 0
      reward[slot] += value * Float(hits - asObject)
    }
    if areMates { each(crowd, pair, objects) { slot, _ in reward[slot] -= value } }
    return hits * partners
  }
}
