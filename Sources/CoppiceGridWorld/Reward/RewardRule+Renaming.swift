extension RewardRule {
  /// The same rule about other groups.
  func renamed(_ name: (String) -> String) -> RewardRule {
    var rule = self
    rule.event = event.renamed(name)
    rule.receivers = receivers.map { Receiver($0.agent.renamed(name), $0.value) }
    return rule
  }
}

extension AgentSymbol {
  fileprivate func renamed(_ name: (String) -> String) -> AgentSymbol {
    AgentSymbol(group: name(group), agent: agent)
  }
}

extension Event {
  fileprivate func renamed(_ name: (String) -> String) -> Event {
    switch self {
    case .attack(let subject, let object): .attack(subject.renamed(name), object.renamed(name))
    case .kill(let subject, let object): .kill(subject.renamed(name), object.renamed(name))
    case .collide(let subject, let object): .collide(subject.renamed(name), object.renamed(name))
    case .die(let symbol): .die(symbol.renamed(name))
    case .at(let symbol, let x, let y): .at(symbol.renamed(name), x: x, y: y)
    case .within(let symbol, let box): .within(symbol.renamed(name), box)
    case .inALine(let symbol): .inALine(symbol.renamed(name))
    case .aligned(let symbol): .aligned(symbol.renamed(name))
    case .and(let parts): .and(parts.map { $0.renamed(name) })
    case .or(let parts): .or(parts.map { $0.renamed(name) })
    case .not(let part): .not(part.renamed(name))
    }
  }
}
