import CoppiceTensors

/// A rule about what one agent did to another, such as that it struck or killed it.
///
/// Whether the event holds for two agents depends only on what the first did to the second: nothing, or one of
/// the encounters. Two that had to do with each other are found by the first; if the event holds for two that had
/// nothing to do with each other, all pairs are paid, and those for which it does not hold pay it back.
///
/// - Complexity: O(agents of both groups).
final class PairPayment: RewardPayment {
  private let rule: ResolvedRule
  private let pair: EncounterPair

  /// Nothing where the rule is of another form.
  init?(_ rule: ResolvedRule) {
    guard rule.eventSymbolCount == 2, let pair = EncounterPair(rule.formula), pair.isSingle(rule)
    else { return nil }
    (self.rule, self.pair) = (rule, pair)
  }

  func pay(_ crowd: Crowd) -> Bool {
    let subjects = crowd.candidates(for: rule.symbols[pair.subject])
    let objects = crowd.candidates(for: rule.symbols[pair.object])
    let count: Int
    if pair.holdsForStrangers {
      count =
        payAll(crowd, subjects, objects) - payMet(crowd, ~pair.kinds & 15, subjects, objects, -1)
    } else {
      count = payMet(crowd, pair.kinds, subjects, objects, 1)
    }
    crowd.settle(rule, from: 2, count: count)
    return count > 0
  }

  /// Pays, `sign` times, all pairs whose encounter is one of `kinds`; tells how many there are.
  private func payMet(
    _ crowd: Crowd, _ kinds: UInt8, _ subjects: Range<Int>, _ objects: Range<Int>, _ sign: Float
  ) -> Int {
    let subjectValue = sign * rule.symbols[pair.subject].value
    let objectValue = sign * rule.symbols[pair.object].value
    let itself = rule.areDistinct(pair.subject, pair.object)
    let (encounter, encountered) = (
      crowd.agents.encounter.pointer, crowd.agents.encountered.pointer
    )
    let reward = crowd.agents.reward.pointer
    var count = 0
    for slot in subjects where kinds &>> encounter[slot] & 1 != 0 {
      let object = Int(encountered[slot])
      guard objects.contains(object), !(itself && object == slot) else { continue }
      reward[slot] += subjectValue
      if objectValue != 0 { reward[object] += objectValue }
      count += 1
    }
    return count
  }

  private func payAll(_ crowd: Crowd, _ subjects: Range<Int>, _ objects: Range<Int>) -> Int {
    let itself = rule.areDistinct(pair.subject, pair.object) ? 1 : 0
    let subjectSum = Float(objects.count - itself) * rule.symbols[pair.subject].value
    let objectSum = Float(subjects.count - itself) * rule.symbols[pair.object].value
    guard !subjects.isEmpty, !objects.isEmpty else { return 0 }
    for slot in subjects { crowd.agents.reward.pointer[slot] += subjectSum }
    for slot in objects { crowd.agents.reward.pointer[slot] += objectSum }
    return subjects.count * (objects.count - itself)
  }
}

/// A formula about what one agent did to another.
struct EncounterPair {
  let subject: Int
  let object: Int
  /// A bit for each ``Encounter``, `none` being that they had nothing to do with each other.
  private(set) var kinds: UInt8

  /// Nothing where the formula is about anything else.
  init?(_ formula: Formula) {
    switch formula {
    case .encounter(let kind, let subject, let object):
      (self.subject, self.object, kinds) = (subject, object, 1 << kind.rawValue)
    case .and(let parts):
      guard let pair = EncounterPair(parts, &) else { return nil }
      self = pair
    case .or(let parts):
      guard let pair = EncounterPair(parts, |) else { return nil }
      self = pair
    case .not(let part):
      guard let pair = EncounterPair(part) else { return nil }
      self = pair
      kinds = ~kinds & 15
    case .one, .line: return nil
    }
  }

  private init?(_ parts: [Formula], _ joined: (UInt8, UInt8) -> UInt8) {
    let pairs = parts.map(EncounterPair.init)
    guard var sum = pairs.first ?? nil else { return nil }
    for pair in pairs {
      guard let pair, pair.subject == sum.subject, pair.object == sum.object else { return nil }
      sum.kinds = joined(sum.kinds, pair.kinds)
    }
    self = sum
  }

  var holdsForStrangers: Bool { kinds & 1 != 0 }

  /// Whether both are one agent, not all of a group.
  func isSingle(_ rule: ResolvedRule) -> Bool {
    rule.symbols[subject].agent != .all && rule.symbols[object].agent != .all
  }
}
