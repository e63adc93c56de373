import CoppiceTensors

extension Event: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case attack, kill, collide, die, at, within, aligned, and, or, not
    case inALine = "in_a_line"
  }

  /// Reads the event from its table.
  ///
  /// - Throws: `UserError` of kind `configuration` where the table has not one of the keys, or a pair of agents
  ///   is none; otherwise as the decoder does.
  public init(from decoder: any Decoder) throws {
    let table = try decoder.container(keyedBy: Key.self)
    let keys = try decoder.container(keyedBy: AnyKey.self).allKeys
    guard keys.count == 1, let key = Key(rawValue: keys[0].stringValue) else {
      throw UserError(
        .configuration,
        found: keys.isEmpty
          ? "an event that does not say what it is"
          : "an event with \(keys.map(\.stringValue).sorted().joined(separator: " and "))",
        expected: "one of \(Key.allCases.map(\.rawValue).joined(separator: ", "))",
        action: "keep one of them; \"and\" and \"or\" take several events")
    }
    func pair() throws -> (AgentSymbol, AgentSymbol) {
      let agents = try table.decode([AgentSymbol].self, forKey: key)
      guard agents.count == 2 else {
        throw UserError(
          .configuration, found: "\(key.rawValue) with \(agents.count) agents",
          expected: "two, who does it and to whom", action: "name both, as in [\"red\", \"blue\"]")
      }
      return (agents[0], agents[1])
    }
    func one() throws -> AgentSymbol { try table.decode(AgentSymbol.self, forKey: key) }
    switch key {
    case .attack:
      let agents = try pair()
      self = .attack(agents.0, agents.1)
    case .kill:
      let agents = try pair()
      self = .kill(agents.0, agents.1)
    case .collide:
      let agents = try pair()
      self = .collide(agents.0, agents.1)
    case .die: self = .die(try one())
    case .aligned: self = .aligned(try one())
    case .inALine: self = .inALine(try one())
    case .at:
      let cell = try table.decode(AgentAtCell.self, forKey: key)
      self = .at(cell.agent, x: cell.x, y: cell.y)
    case .within:
      let found = try table.decode(AgentInBox.self, forKey: key)
      self = .within(found.agent, found.box)
    case .and: self = .and(try table.decode([Event].self, forKey: key))
    case .or: self = .or(try table.decode([Event].self, forKey: key))
    case .not: self = .not(try table.decode(Event.self, forKey: key))
    }
  }

  /// Writes the event as a table with one key.
  public func encode(to encoder: any Encoder) throws {
    var table = encoder.container(keyedBy: Key.self)
    switch self {
    case .attack(let subject, let object): try table.encode([subject, object], forKey: .attack)
    case .kill(let subject, let object): try table.encode([subject, object], forKey: .kill)
    case .collide(let subject, let object): try table.encode([subject, object], forKey: .collide)
    case .die(let agent): try table.encode(agent, forKey: .die)
    case .aligned(let agent): try table.encode(agent, forKey: .aligned)
    case .inALine(let agent): try table.encode(agent, forKey: .inALine)
    case .at(let agent, let x, let y):
      try table.encode(AgentAtCell(agent: agent, x: x, y: y), forKey: .at)
    case .within(let agent, let box):
      try table.encode(AgentInBox(agent, box), forKey: .within)
    case .and(let parts): try table.encode(parts, forKey: .and)
    case .or(let parts): try table.encode(parts, forKey: .or)
    case .not(let part): try table.encode(part, forKey: .not)
    }
  }
}

/// An agent and a cell, as one table.
private struct AgentAtCell: Codable {
  let agent: AgentSymbol
  let x: Int
  let y: Int

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case agent, x, y
  }

  init(agent: AgentSymbol, x: Int, y: Int) { (self.agent, self.x, self.y) = (agent, x, y) }

  init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "at")
    (agent, x, y) = (try table.value(.agent), try table.value(.x), try table.value(.y))
  }
}

/// An agent and a box, as one table.
private struct AgentInBox: Codable {
  let agent: AgentSymbol
  let left: Int
  let top: Int
  let right: Int
  let bottom: Int

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case agent, left, top, right, bottom
  }

  init(from decoder: any Decoder) throws {
    let table = try StrictTable<CodingKeys>(decoder, "within")
    agent = try table.value(.agent)
    (left, top) = (try table.value(.left), try table.value(.top))
    (right, bottom) = (try table.value(.right), try table.value(.bottom))
  }

  init(_ agent: AgentSymbol, _ box: Event.Box) {
    (self.agent, left, top) = (agent, box.left, box.top)
    (right, bottom) = (box.right, box.bottom)
  }

  var box: Event.Box { Event.Box(left: left, top: top, right: right, bottom: bottom) }
}
