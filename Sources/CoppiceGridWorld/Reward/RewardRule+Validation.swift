import CoppiceTensors

extension RewardRule {
  /// What the rule at `index` of a world is called in messages.
  static func name(_ index: Int) -> String { "rule \(index + 1)" }

  /// Checks the rule against the world that it is for.
  ///
  /// - Parameters:
  ///   - world: The world.
  ///   - name: What the rule is called in messages.
  /// - Throws: `UserError` of kind `configuration`: for a group that is not there; a label that reads as
  ///   something else; a receiver that is not in the event; an object that is `all`, or the subject itself;
  ///   `inALine` of some; a cell outside; a box without cells; `and` or `or` of nothing; a value that is no
  ///   number or too large; a rule that does nothing.
  func validate(in world: WorldDescription, _ name: String) throws(UserError) {
    let symbols = event.symbols
    for symbol in symbols + receivers.map(\.agent) { try Self.check(symbol, world, name) }
    try Self.check(event, world, name)
    guard isTerminal || !receivers.isEmpty else {
      throw UserError(
        .configuration, found: "\(name) pays nobody and is not terminal",
        expected: "a receiver, or terminal", action: "add what it is for, or leave the rule out")
    }
    for receiver in receivers {
      if case .any = receiver.agent.agent, !symbols.contains(receiver.agent) {
        throw UserError(
          .configuration, found: "\(name) pays \(receiver.agent), who is not in its event",
          expected: "one of \(symbols.map(\.description).joined(separator: ", "))",
          action: "name the receiver as the event does")
      }
      guard abs(receiver.value) <= 1e9 else {
        throw UserError(
          .configuration, found: "\(name) pays \(receiver.agent) \(receiver.value)",
          expected: "from -1e9 to 1e9", action: "change it")
      }
    }
  }

  private static func check(
    _ symbol: AgentSymbol, _ world: WorldDescription, _ name: String
  ) throws(UserError) {
    guard world.groups.contains(where: { $0.name == symbol.group }) else {
      throw UserError(
        .configuration,
        found: "\(name) speaks of \(symbol), and there is no group \"\(symbol.group)\"",
        expected: "one of \(world.groups.map(\.name).joined(separator: ", "))",
        action: "correct the group")
    }
    if case .number(let number) = symbol.agent, number < 0 {
      throw UserError(
        .configuration, found: "\(name) speaks of \(symbol)", expected: "a number from 0",
        action: "count the agents of a group from 0, in the order in which they are placed")
    }
    guard symbol.isReadable else {
      throw UserError(
        .configuration, found: "\(name) has the label of \(symbol)",
        expected: "a label that is not \"all\", no number and without a colon",
        action: "rename it, or use the symbol that it reads as")
    }
  }

  private static func check(
    _ event: Event, _ world: WorldDescription, _ name: String
  ) throws(UserError) {
    switch event {
    case .attack(let subject, let object): try check(subject, object, "attack", name)
    case .kill(let subject, let object): try check(subject, object, "kill", name)
    case .collide(let subject, let object): try check(subject, object, "collide", name)
    case .die, .aligned: break
    case .at(let agent, let x, let y):
      guard (0..<world.width).contains(x), (0..<world.height).contains(y) else {
        throw UserError(
          .configuration, found: "\(name) has \(agent) at (\(x), \(y))",
          expected: "a cell of \(world.width) × \(world.height)", action: "move it into the world")
      }
    case .within(let agent, let box):
      guard box.right > box.left, box.bottom > box.top, box.right - box.left > 1,
        box.bottom - box.top > 1
      else {
        throw UserError(
          .configuration,
          found: "\(name) has \(agent) between columns \(box.left) and \(box.right), "
            + "rows \(box.top) and \(box.bottom), where there are no cells",
          expected: "right and bottom larger than left and top by 2 or more",
          action: "widen the box; its border is not part of it")
      }
    case .inALine(let agent):
      guard agent.agent == .all else {
        throw UserError(
          .configuration, found: "\(name) has \(agent) in a line", expected: "all of a group",
          action: "write \(AgentSymbol.all(agent.group)), or \"aligned\" for one agent")
      }
    case .and(let parts), .or(let parts):
      guard !parts.isEmpty else {
        throw UserError(
          .configuration, found: "\(name) has an \"and\" or an \"or\" of no events",
          expected: "one or more", action: "add events, or leave it out")
      }
      for part in parts { try check(part, world, name) }
    case .not(let part): try check(part, world, name)
    }
  }

  private static func check(
    _ subject: AgentSymbol, _ object: AgentSymbol, _ verb: String, _ name: String
  ) throws(UserError) {
    guard object.agent != .all else {
      throw UserError(
        .configuration, found: "\(name) has \(subject) \(verb) \(object)",
        expected: "one agent to \(verb)", action: "write \(AgentSymbol.any(object.group)) instead")
    }
    guard subject != object else {
      throw UserError(
        .configuration, found: "\(name) has \(subject) \(verb) itself", expected: "two agents",
        action: "give one of them another label")
    }
  }
}
