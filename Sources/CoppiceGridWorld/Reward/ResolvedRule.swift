import CoppiceTensors

/// A rule whose symbols are numbers, for one world.
struct ResolvedRule {
  /// A symbol of the rule.
  struct Symbol {
    enum Agent: Equatable {
      case any
      case all
      /// The agent's number among all of the world.
      case number(Int32)
    }

    let group: Int
    let agent: Agent
    /// What is paid to it for each assignment.
    var value: Float = 0

    var isAny: Bool { agent == .any }
  }

  /// Those of the event first, then those that are only paid.
  private(set) var symbols: [Symbol]
  /// How many are in the event.
  let eventSymbolCount: Int
  let formula: Formula
  let isTerminal: Bool

  /// Resolves `rule`, which makes sense in the world.
  ///
  /// - Throws: `UserError` of kind `configuration` when an agent with a number was not placed.
  init(_ rule: RewardRule, _ name: String, _ groups: [GridWorld.Group]) throws(UserError) {
    var own = rule.event.symbols
    eventSymbolCount = own.count
    for receiver in rule.receivers where !own.contains(receiver.agent) {
      own.append(receiver.agent)
    }
    symbols = []
    for symbol in own {
      let group = groups.firstIndex { $0.name == symbol.group } ?? 0
      let agent: Symbol.Agent
      switch symbol.agent {
      case .any: agent = .any
      case .all: agent = .all
      case .number(let number):
        guard number < groups[group].count else {
          throw UserError(
            .configuration, found: "\(name) speaks of \(symbol)",
            expected: groups[group].count == 0
              ? "no agent of \(symbol.group), for none was placed"
              : "a number below \(groups[group].count), the agents of \(symbol.group) that were placed",
            action: "correct the number, or place more agents")
        }
        agent = .number(Int32(groups[..<group].reduce(number) { $0 + $1.count }))
      }
      symbols.append(Symbol(group: group, agent: agent))
    }
    for receiver in rule.receivers {
      if let index = own.firstIndex(of: receiver.agent) { symbols[index].value += receiver.value }
    }
    formula = Formula(rule.event) { symbol in own.firstIndex(of: symbol) ?? 0 }
    isTerminal = rule.isTerminal
  }

  /// Whether no assignment may give both symbols the same agent.
  func areDistinct(_ first: Int, _ second: Int) -> Bool {
    symbols[first].isAny && symbols[second].isAny
      && symbols[first].group == symbols[second].group
  }
}

/// An event over the symbols of a ``ResolvedRule``.
indirect enum Formula {
  /// What is said of one agent alone.
  enum Predicate {
    case died
    case at(x: Int, y: Int)
    case within(Event.Box)
    case aligned
  }

  case encounter(Encounter, subject: Int, object: Int)
  case one(Predicate, Int)
  case line(Int)
  case and([Formula])
  case or([Formula])
  case not(Formula)

  init(_ event: Event, _ index: (AgentSymbol) -> Int) {
    switch event {
    case .attack(let subject, let object):
      self = .encounter(.attack, subject: index(subject), object: index(object))
    case .kill(let subject, let object):
      self = .encounter(.kill, subject: index(subject), object: index(object))
    case .collide(let subject, let object):
      self = .encounter(.collision, subject: index(subject), object: index(object))
    case .die(let agent): self = .one(.died, index(agent))
    case .at(let agent, let x, let y): self = .one(.at(x: x, y: y), index(agent))
    case .within(let agent, let box): self = .one(.within(box), index(agent))
    case .aligned(let agent): self = .one(.aligned, index(agent))
    case .inALine(let agent): self = .line(index(agent))
    case .and(let parts): self = .and(parts.map { Formula($0, index) })
    case .or(let parts): self = .or(parts.map { Formula($0, index) })
    case .not(let part): self = .not(Formula(part, index))
    }
  }

  /// The symbols in it.
  var symbols: Set<Int> {
    switch self {
    case .encounter(_, let subject, let object): [subject, object]
    case .one(_, let symbol), .line(let symbol): [symbol]
    case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.symbols) }
    case .not(let part): part.symbols
    }
  }

  /// The symbols that are asked whether they are aligned.
  var alignedSymbols: Set<Int> {
    switch self {
    case .one(.aligned, let symbol): [symbol]
    case .encounter, .one, .line: []
    case .and(let parts), .or(let parts):
      parts.reduce(into: []) { $0.formUnion($1.alignedSymbols) }
    case .not(let part): part.alignedSymbols
    }
  }

  /// What all have to hold for this to hold.
  var conjuncts: [Formula] {
    if case .and(let parts) = self { parts.flatMap(\.conjuncts) } else { [self] }
  }
}
