import CCoppiceKernels
import CoppiceTensors

extension GridWorld {
  /// Notes who strikes, who means to leave its cell, and which cell that leads to, without a branch for each
  /// agent: what agents do is hard to foresee.
  func sortOut(_ part: Part) {
    let (fighters, movers) = (scratch.attacker.pointer, scratch.mover.pointer)
    var (fighter, mover) = (scratch.region * part.index, scratch.region * part.index)
    let (actions, lastActions) = (agents.action.pointer, agents.lastAction.pointer)
    let (isDead, destination) = (agents.isDead.pointer, scratch.destination.pointer)
    for run in runs(part) {
      let (table, type) = (tables[run % groups.count], groups[run % groups.count].type)
      let (firstTurn, firstAttack) = (table.firstTurn, table.firstAttack)
      let stay = firstTurn / 2
      let aim = Aim(agents, table, map)
      for slot in slots(ofRun: run, part) {
        let action = Int(actions[slot])
        let acts = action >= 0 && isDead[slot] == 0
        destination[slot] = Int32(
          truncatingIfNeeded: isSimple
            ? aim.cell(of: max(0, action), slot) : cell(of: max(0, action), slot, type, table))
        lastActions[slot] = acts ? Int16(truncatingIfNeeded: action) : lastActions[slot]
        fighters[fighter] = Int32(truncatingIfNeeded: slot)
        fighter &+= acts && action >= firstAttack ? 1 : 0
        movers[mover] = Int32(truncatingIfNeeded: slot)
        mover &+= acts && action < firstTurn && action != stay ? 1 : 0
      }
      let place = scratch.runRegion * part.index + run
      scratch.fighterEnds.pointer[place] = fighter
      scratch.moverEnds.pointer[place] = mover
    }
  }

  /// What cells the actions of a table lead to, for bodies of one cell.
  private struct Aim {
    let x, y, stepX, stepY: UnsafeMutablePointer<Int16>
    let direction: UnsafeMutablePointer<UInt8>
    let actionCount, width, height, rowStride: Int

    init(_ agents: AgentTable, _ table: ActionTable, _ map: WorldMap) {
      (x, y, direction) = (agents.x.pointer, agents.y.pointer, agents.direction.pointer)
      (stepX, stepY, actionCount) = (table.x.pointer, table.y.pointer, table.actionCount)
      (width, height, rowStride) = (map.width, map.height, map.rowStride)
    }

    /// The cell; negative outside of the world.
    @inline(__always)
    func cell(of action: Int, _ slot: Int) -> Int {
      let entry = Int(direction[slot]) &* actionCount &+ action
      let (x, y) = (Int(x[slot]) &+ Int(stepX[entry]), Int(y[slot]) &+ Int(stepY[entry]))
      let isInside =
        UInt(bitPattern: x) < UInt(bitPattern: width)
        && UInt(bitPattern: y) < UInt(bitPattern: height)
      return isInside ? y &* rowStride &+ x : -1
    }
  }

  /// The runs that a worker deals with one after the other: a block of each group in turn.
  func runs(_ part: Part) -> Range<Int> {
    let most = groups.reduce(0) { max($0, part.range(of: $1.count).count) }
    return 0..<((most + StepScratch.blockLength - 1) / StepScratch.blockLength * groups.count)
  }

  private func slots(ofRun run: Int, _ part: Part) -> Range<Int> {
    let own = slots(of: groups[run % groups.count], part)
    let start = min(run / groups.count * StepScratch.blockLength, own.count)
    let end = min(start + StepScratch.blockLength, own.count)
    return (own.lowerBound + start)..<(own.lowerBound + end)
  }

  /// Finds whom attacks are aimed at; those that hit nobody have their price at once, for whoever dies later
  /// loses what it earned anyway.
  func aim(_ part: Part) {
    let (attackers, victims) = (scratch.attacker.pointer, scratch.victim.pointer)
    let destination = scratch.destination.pointer
    var (hit, first) = (scratch.region * part.index, scratch.region * part.index)
    for run in runs(part) {
      let index = run % groups.count
      let (own, type) = (WorldMap.firstGroup + UInt8(index), groups[index].type)
      let end = scratch.fighterEnds.pointer[scratch.runRegion * part.index + run]
      for fighter in first..<end {
        if fighter + lookahead < end {
          coppice_prefetch(
            map.kind + max(0, Int(destination[Int(attackers[fighter + lookahead])])))
          prefetchOccupant(
            of: max(0, Int(destination[Int(attackers[fighter + lookahead / 2])])))
        }
        let slot = Int(attackers[fighter])
        let cell = Int(destination[slot])
        let kind = cell < 0 ? WorldMap.wall : map.kind[cell]
        if kind >= WorldMap.firstGroup, kind != own || type.hitsOwnGroup {
          attackers[hit] = Int32(slot)
          victims[hit] = map.occupant.pointer[cell]
          hit += 1
        } else if kind == WorldMap.food {
          attackers[hit] = Int32(slot)
          victims[hit] = -1
          hit += 1
        } else {
          agents.reward.pointer[slot] += type.attackReward
        }
      }
      first = end
    }
    scratch.hitCounts.pointer[part.index] = hit - scratch.region * part.index
  }

  /// Asks for who is in a cell, if anybody is.
  @inline(__always)
  func prefetchOccupant(of cell: Int) {
    guard map.kind[cell] >= WorldMap.firstGroup else { return }
    coppice_prefetch(map.occupant.pointer + cell)
  }

  /// The cell that an action leads to from an agent's first cell; negative outside of the world.
  @inline(__always)
  func cell(of action: Int, _ slot: Int, _ type: AgentType, _ table: ActionTable) -> Int {
    var (x, y) = firstCell(of: slot, type)
    let entry = Int(agents.direction.pointer[slot]) * table.actionCount + action
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
