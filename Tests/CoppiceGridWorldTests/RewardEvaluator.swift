import CoppiceGridWorld

/// What rules pay, by the definition: every assignment of agents to symbols is tried.
struct RewardEvaluator {
  private struct Agent: Equatable {
    let number: Int
    let x: Int
    let y: Int
    let isAlive: Bool
    let kind: Encounter
    let other: Int?
  }

  /// By group and agent.
  private(set) var paid: [[Float]]
  /// By group, to all members.
  private(set) var paidToAll: [Float]
  private(set) var isTerminated = false
  private let groups: [String: [Agent]]
  private let names: [String]
  private let firstNumbers: [String: Int]

  /// What `rules` pay for the last step of a world whose bodies are one cell each, before the dead are cleared.
  ///
  /// - Parameters:
  ///   - rules: The rules.
  ///   - world: The world.
  ///   - counts: How many of each group were placed.
  init(_ rules: [RewardRule], _ world: GridWorld, placed counts: [Int]) {
    var groups: [String: [Agent]] = [:]
    var firstNumbers: [String: Int] = [:]
    var sum = 0
    for (index, group) in world.groups.enumerated() {
      let (places, isAlive) = (world.places(of: index), world.isAlive(of: index))
      let (numbers, met) = (world.numbers(of: index), world.encounters(of: index))
      groups[group.name] = numbers.indices.map {
        Agent(
          number: numbers[$0], x: places[$0].x, y: places[$0].y, isAlive: isAlive[$0],
          kind: met[$0].kind, other: met[$0].number)
      }
      firstNumbers[group.name] = sum
      sum += counts[index]
    }
    (self.groups, self.firstNumbers) = (groups, firstNumbers)
    names = world.groups.map(\.name)
    paid = world.groups.map { [Float](repeating: 0, count: $0.count) }
    paidToAll = world.groups.map { _ in 0 }
    for rule in rules { assign(rule.event.symbols[...], [:], rule) }
  }

  private func members(_ symbol: AgentSymbol) -> [Agent] {
    let all = groups[symbol.group] ?? []
    guard case .number(let number) = symbol.agent else { return all }
    return all.filter { $0.number == number + (firstNumbers[symbol.group] ?? 0) }
  }

  private mutating func assign(
    _ symbols: ArraySlice<AgentSymbol>, _ agents: [AgentSymbol: Agent], _ rule: RewardRule
  ) {
    guard let symbol = symbols.first else {
      if holds(rule.event, agents) { pay(rule, agents) }
      return
    }
    guard symbol.agent != .all else { return assign(symbols.dropFirst(), agents, rule) }
    for agent in members(symbol) {
      if case .any = symbol.agent {
        let isTaken = agents.contains { other, taken in
          if case .any = other.agent { taken.number == agent.number } else { false }
        }
        if isTaken { continue }
      }
      var agents = agents
      agents[symbol] = agent
      assign(symbols.dropFirst(), agents, rule)
    }
  }

  private mutating func pay(_ rule: RewardRule, _ agents: [AgentSymbol: Agent]) {
    isTerminated = isTerminated || rule.isTerminal
    for receiver in rule.receivers {
      guard let group = names.firstIndex(of: receiver.agent.group) else { continue }
      if receiver.agent.agent == .all {
        paidToAll[group] += receiver.value
      } else if let agent = agents[receiver.agent] ?? members(receiver.agent).first,
        let index = groups[receiver.agent.group]?.firstIndex(of: agent)
      {
        paid[group][index] += receiver.value
      }
    }
  }

  private func holds(_ event: Event, _ agents: [AgentSymbol: Agent]) -> Bool {
    func each(_ symbol: AgentSymbol, _ holds: (Agent) -> Bool) -> Bool {
      symbol.agent == .all ? members(symbol).allSatisfy(holds) : agents[symbol].map(holds) ?? false
    }
    func met(_ kind: Encounter, _ subject: AgentSymbol, _ object: AgentSymbol) -> Bool {
      each(subject) { $0.kind == kind && $0.other == agents[object]?.number }
    }
    switch event {
    case .attack(let subject, let object): return met(.attack, subject, object)
    case .kill(let subject, let object): return met(.kill, subject, object)
    case .collide(let subject, let object): return met(.collision, subject, object)
    case .die(let symbol): return each(symbol) { !$0.isAlive }
    case .at(let symbol, let x, let y): return each(symbol) { $0.x == x && $0.y == y }
    case .within(let symbol, let box):
      return each(symbol) {
        ((box.left + 1)..<box.right).contains($0.x) && ((box.top + 1)..<box.bottom).contains($0.y)
      }
    case .inALine(let symbol):
      let living = members(symbol).filter(\.isAlive)
      let (columns, rows) = (living.map(\.x).sorted(), living.map(\.y).sorted())
      func isRun(_ places: [Int]) -> Bool {
        zip(places, places.dropFirst()).allSatisfy { $1 == $0 + 1 }
      }
      return living.count < 2 || (Set(rows).count == 1 && isRun(columns))
        || (Set(columns).count == 1 && isRun(rows))
    case .aligned(let symbol):
      let living = members(.all(symbol.group)).filter(\.isAlive)
      return each(symbol) { agent in
        guard agent.isAlive else { return symbol.agent == .all }
        return living.contains {
          $0.number != agent.number && ($0.x == agent.x || $0.y == agent.y)
        }
      }
    case .and(let parts): return parts.allSatisfy { holds($0, agents) }
    case .or(let parts): return parts.contains { holds($0, agents) }
    case .not(let part): return !holds(part, agents)
    }
  }
}
