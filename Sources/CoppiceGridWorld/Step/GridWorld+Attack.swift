import CoppiceTensors

extension GridWorld {
  /// Finds whom attacks are aimed at; those that hit nobody have their price at once, for whoever dies later
  /// loses what it earned anyway.
  func aim(_ part: Part) {
    let (attackers, victims) = (scratch.attacker.pointer, scratch.victim.pointer)
    var hit = scratch.region * part.index
    for (index, group) in groups.enumerated() {
      let (table, own) = (tables[index], WorldMap.firstGroup + UInt8(index))
      let attackReward = group.type.attackReward
      for slot in slots(of: group, part) {
        let action = Int(agents.action.pointer[slot])
        guard action >= 0, agents.isDead.pointer[slot] == 0 else { continue }
        agents.lastAction.pointer[slot] = Int16(action)
        guard action >= table.firstAttack else { continue }
        let cell = cell(of: action, slot, group.type, table)
        let kind = cell < 0 ? WorldMap.wall : map.kind[cell]
        if kind >= WorldMap.firstGroup, kind != own || group.type.hitsOwnGroup {
          attackers[hit] = Int32(slot)
          victims[hit] = map.occupant.pointer[cell]
          hit += 1
        } else if kind == WorldMap.food {
          attackers[hit] = Int32(slot)
          victims[hit] = -1
          hit += 1
        } else {
          agents.reward.pointer[slot] += attackReward
        }
      }
    }
    scratch.hitCounts.pointer[part.index] = hit - scratch.region * part.index
  }

  /// The cell that an action leads to from an agent's first cell; negative outside of the world.
  @inline(__always)
  func cell(of action: Int, _ slot: Int, _ type: AgentType, _ table: ActionTable) -> Int {
    let direction = agents.direction.pointer[slot]
    var (x, y) = (Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]))
    if !isSimple {
      let size = size(of: slot, type)
      (x, y) = firstCell(x, y, columns: size.columns, rows: size.rows, direction)
    }
    let entry = Int(direction) * table.actionCount + action
    x += Int(table.x.pointer[entry])
    y += Int(table.y.pointer[entry])
    return map.contains(x, y) ? map.cell(x, y) : -1
  }

  /// Has all hits happen, one after the other in the order of the step.
  func fight() {
    let (queue, numbers) = (scratch.queue.pointer, agents.number.pointer)
    var count = 0
    for worker in 0..<pool.threadCount {
      let first = scratch.region * worker
      for hit in first..<(first + scratch.hitCounts.pointer[worker]) {
        let slot = Int(scratch.attacker.pointer[hit])
        queue[count] = UInt64(order.of(numbers[slot])) << 32 | UInt64(hit)
        count += 1
      }
    }
    guard count > 0 else { return }
    scratch.sortQueue(count)
    for place in 0..<count {
      let hit = Int(queue[place] & 0xFFFF_FFFF)
      strike(Int(scratch.attacker.pointer[hit]), Int(scratch.victim.pointer[hit]))
    }
  }

  private func strike(_ attacker: Int, _ victim: Int) {
    guard agents.isDead.pointer[attacker] == 0 else { return }
    let own = groups[group(of: attacker)].type
    guard victim >= 0, agents.isDead.pointer[victim] == 0 else {
      agents.reward.pointer[attacker] += own.attackReward
      // whoever died before may have left something
      if description.hasFood { eat(attacker, own) }
      return
    }
    let other = group(of: victim)
    let type = groups[other].type
    agents.health.pointer[victim] -= own.damage
    agents.encountered.pointer[attacker] = Int32(victim)
    if agents.health.pointer[victim] < 0 {
      die(victim, type)
      if description.hasFood { leaveFood(struckBy: attacker, type.foodSupply) }
      scratch.deaths.pointer[other] += 1
      agents.encounter.pointer[attacker] = Encounter.kill.rawValue
      agents.health.pointer[attacker] = min(
        own.health, agents.health.pointer[attacker] + type.killSupply)
      agents.reward.pointer[attacker] += type.killReward + own.attackReward
    } else {
      agents.encounter.pointer[attacker] = Encounter.attack.rawValue
      agents.reward.pointer[attacker] += own.attackReward
    }
  }

  /// The group that a slot belongs to.
  func group(of slot: Int) -> Int {
    var index = groups.count - 1
    while groups[index].first > slot { index -= 1 }
    return index
  }

  /// Gives back health, or takes it where a type starves.
  func recover(_ part: Part) {
    for (index, group) in groups.enumerated() where group.type.recovery != 0 {
      let (type, health) = (group.type, agents.health.pointer)
      for slot in slots(of: group, part) where agents.isDead.pointer[slot] == 0 {
        health[slot] = min(type.health, health[slot] + type.recovery)
        guard health[slot] < 0 else { continue }
        die(slot, type)
        scratch.deaths.pointer[WorldDescription.mostGroups * part.index + index] += 1
      }
    }
  }
}
