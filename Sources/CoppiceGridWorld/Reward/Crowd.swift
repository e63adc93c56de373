import CoppiceTensors

/// What rules see of a world, and where they leave what they pay.
final class Crowd {
  let agents: AgentTable
  /// `[groups]`: where their members lie in this step.
  let first: AlignedBuffer<Int>
  let end: AlignedBuffer<Int>
  /// `[groups]`: what rules paid to all members of each.
  let groupReward: AlignedBuffer<Float>
  /// By group, of those whose members are asked whether they are aligned.
  private let alignments: [Alignment?]
  /// By group: what its bodies measure from left to right as they face north, and from front to back.
  private let bodies: [(width: Int, length: Int)]

  init(
    _ agents: AgentTable, _ groups: [GridWorld.Group], aligned: Set<Int>, width: Int, height: Int
  ) {
    self.agents = agents
    first = AlignedBuffer(groups.map(\.first))
    end = AlignedBuffer(count: groups.count)
    groupReward = AlignedBuffer(count: groups.count)
    alignments = groups.indices.map {
      aligned.contains($0) ? Alignment(width: width, height: height) : nil
    }
    bodies = groups.map { ($0.type.width, $0.type.length) }
  }

  /// Looks at the world as it is now, with nothing paid.
  func refresh(_ groups: [GridWorld.Group]) {
    for index in groups.indices { end.pointer[index] = groups[index].slots.upperBound }
    groupReward.zero()
    for (index, alignment) in alignments.enumerated() {
      alignment?.count(agents, members(of: index))
    }
  }

  func members(of group: Int) -> Range<Int> { first.pointer[group]..<end.pointer[group] }

  /// Where the agents lie that a symbol may stand for: one or none where it has a number.
  func candidates(for symbol: ResolvedRule.Symbol) -> Range<Int> {
    let members = members(of: symbol.group)
    guard case .number(let number) = symbol.agent else { return members }
    for slot in members where agents.number.pointer[slot] == number { return slot..<(slot + 1) }
    return members.lowerBound..<members.lowerBound
  }

  /// Pays the symbols from `first` on that are not `any` for `count` assignments.
  func settle(_ rule: ResolvedRule, from first: Int, count: Int) {
    for symbol in rule.symbols[first...] where symbol.value != 0 {
      let sum = symbol.value * Float(count)
      switch symbol.agent {
      case .any: break
      case .all: groupReward.pointer[symbol.group] += sum
      case .number: for slot in candidates(for: symbol) { agents.reward.pointer[slot] += sum }
      }
    }
  }

  // MARK: What is said of agents

  func holds(_ predicate: Formula.Predicate, _ slot: Int, of group: Int) -> Bool {
    let (x, y) = (Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]))
    switch predicate {
    case .died: return agents.isDead.pointer[slot] != 0
    case .at(let column, let row): return x == column && y == row
    case .within(let box): return box.contains(x, y)
    case .aligned:
      return agents.isDead.pointer[slot] == 0 && alignments[group]?.isAligned(x, y) ?? false
    }
  }

  func holds(_ predicate: Formula.Predicate, forAllOf group: Int) -> Bool {
    for slot in members(of: group) where !holds(predicate, slot, of: group) {
      if case .aligned = predicate, agents.isDead.pointer[slot] != 0 { continue }
      return false
    }
    return true
  }

  func met(_ kind: Encounter, _ subject: Int, _ object: Int) -> Bool {
    agents.encounter.pointer[subject] == kind.rawValue
      && Int(agents.encountered.pointer[subject]) == object
  }

  /// Whether the living of a group fill a part of one row or of one column.
  ///
  /// Bodies never overlap, so they do when they are as long together as they reach.
  func isLine(_ group: Int) -> Bool {
    let body = bodies[group]
    var (count, columns, rows) = (0, 0, 0)
    var (left, right, top, bottom) = (Int.max, Int.min, Int.max, Int.min)
    var (isRow, isColumn) = (true, true)
    for slot in members(of: group) where agents.isDead.pointer[slot] == 0 {
      let (x, y) = (Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]))
      let isUpright = agents.direction.pointer[slot] & 1 == 1
      let width = isUpright ? body.width : body.length
      let length = isUpright ? body.length : body.width
      if count > 0 { (isRow, isColumn) = (isRow && y == top, isColumn && x == left) }
      (left, right) = (min(left, x), max(right, x + width))
      (top, bottom) = (min(top, y), max(bottom, y + length))
      (count, columns, rows) = (count + 1, columns + width, rows + length)
    }
    guard count > 1 else { return true }
    return isRow && right - left == columns || isColumn && bottom - top == rows
  }
}

/// How many living members of a group have their first cell in each row and column.
private final class Alignment {
  private let rows: AlignedBuffer<Int32>
  private let columns: AlignedBuffer<Int32>

  init(width: Int, height: Int) {
    (rows, columns) = (AlignedBuffer(count: height), AlignedBuffer(count: width))
  }

  func count(_ agents: AgentTable, _ members: Range<Int>) {
    rows.zero()
    columns.zero()
    for slot in members where agents.isDead.pointer[slot] == 0 {
      rows.pointer[Int(agents.y.pointer[slot])] += 1
      columns.pointer[Int(agents.x.pointer[slot])] += 1
    }
  }

  func isAligned(_ x: Int, _ y: Int) -> Bool { rows.pointer[y] > 1 || columns.pointer[x] > 1 }
}
