import CCoppiceKernels
import CoppiceTensors

extension GridWorld {
  // MARK: Bodies of one cell, all at once

  /// Turns agents whose bodies are one cell, which are in nobody's way.
  func turn(_ part: Part) {
    for (index, group) in groups.enumerated() {
      let table = tables[index]
      for slot in slots(of: group, part) {
        let action = Int(agents.action.pointer[slot])
        guard action >= table.firstTurn, action < table.firstAttack,
          agents.isDead.pointer[slot] == 0
        else { continue }
        agents.direction.pointer[slot] =
          (agents.direction.pointer[slot] &+ (action == table.firstTurn ? 1 : 3)) & 3
      }
    }
  }

  /// Moves all agents, each one cell large, with the outcome that they would have one after the other.
  ///
  /// An agent that has its turn before the one in its way does not get the cell, nor after one that stays.
  /// Others claim it. The earliest that claims a cell gets it if the cell was empty, or if whoever was in it
  /// gets another: a chain of ever earlier agents, which therefore ends.
  func moveAtOnce(_ worker: Worker) {
    claim(worker.part)
    worker.barrier()
    decide(worker.part)
    worker.barrier()
    leave(worker.part)
    worker.barrier()
    arrive(worker.part)
    worker.barrier()
    collide(worker.part)
  }

  /// Whether the agent in `slot` of a type means to leave its cell.
  @inline(__always)
  private func wantsToMove(_ slot: Int, _ table: ActionTable) -> Bool {
    let action = Int(agents.action.pointer[slot])
    return action >= 0 && action < table.firstTurn && action != table.firstTurn / 2
  }

  private func claim(_ part: Part) {
    let isAlone = part.count == 1
    let (destination, claims) = (scratch.destination.pointer, scratch.claim.pointer)
    let movers = scratch.mover.pointer
    var (claimant, first) = (scratch.region * part.index, scratch.region * part.index)
    for run in runs(part) {
      let place = scratch.runRegion * part.index + run
      let end = scratch.moverEnds.pointer[place]
      for mover in first..<end {
        if mover + lookahead < end {
          let cell = max(0, Int(destination[Int(movers[mover + lookahead])]))
          coppice_prefetch(map.kind + cell)
          coppice_prefetch(claims + cell)
          prefetchOccupant(of: max(0, Int(destination[Int(movers[mover + lookahead / 2])])))
        }
        let slot = Int(movers[mover])
        let cell = Int(destination[slot])
        destination[slot] = -1
        guard agents.isDead.pointer[slot] == 0, cell >= 0,
          map.kind[cell] == WorldMap.blank || map.kind[cell] >= WorldMap.firstGroup
        else { continue }
        let own = moveOrder.of(agents.number.pointer[slot])
        if map.kind[cell] >= WorldMap.firstGroup {
          let other = Int(map.occupant.pointer[cell])
          let table = tables[Int(map.kind[cell] - WorldMap.firstGroup)]
          guard wantsToMove(other, table),
            moveOrder.of(agents.number.pointer[other]) < own
          else {
            meet(slot, other)
            continue
          }
        }
        destination[slot] = Int32(cell)
        if isAlone {
          claims[cell] = min(claims[cell], own)
        } else {
          coppice_keep_smaller(claims + cell, own)
        }
        movers[claimant] = Int32(slot)
        claimant += 1
      }
      first = end
      scratch.moverEnds.pointer[place] = claimant
    }
  }

  /// Those of a worker that claim a cell, of all groups.
  private func claimants(_ part: Part) -> UnsafeBufferPointer<Int32> {
    let first = scratch.region * part.index
    let end =
      runs(part).last.map { scratch.moverEnds.pointer[scratch.runRegion * part.index + $0] }
      ?? first
    return UnsafeBufferPointer(rebasing: scratch.mover.elements[first..<end])
  }

  private func decide(_ part: Part) {
    let (destination, succeeds) = (scratch.destination.pointer, scratch.succeeds.pointer)
    let claimants = claimants(part)
    for (index, slot) in claimants.lazy.map(Int.init).enumerated() {
      if index + lookahead < claimants.count {
        let cell = Int(destination[Int(claimants[index + lookahead])])
        coppice_prefetch(map.kind + cell)
        coppice_prefetch(scratch.claim.pointer + cell)
      }
      var next = slot
      while true {
        let cell = Int(destination[next])
        guard cell >= 0,
          scratch.claim.pointer[cell] == moveOrder.of(agents.number.pointer[next])
        else {
          succeeds[slot] = 0
          break
        }
        guard map.kind[cell] >= WorldMap.firstGroup else {
          succeeds[slot] = 1
          break
        }
        next = Int(map.occupant.pointer[cell])
      }
    }
  }

  private func leave(_ part: Part) {
    let (destination, succeeds) = (scratch.destination.pointer, scratch.succeeds.pointer)
    let claimants = claimants(part)
    for (index, slot) in claimants.lazy.map(Int.init).enumerated() {
      if index + lookahead < claimants.count {
        coppice_prefetch(
          scratch.claim.pointer + Int(destination[Int(claimants[index + lookahead])]))
      }
      scratch.claim.pointer[Int(destination[slot])] = .max
      guard succeeds[slot] != 0 else { continue }
      let cell = map.cell(Int(agents.x.pointer[slot]), Int(agents.y.pointer[slot]))
      map.kind[cell] = WorldMap.blank
    }
  }

  private func arrive(_ part: Part) {
    let (destination, succeeds) = (scratch.destination.pointer, scratch.succeeds.pointer)
    let movers = scratch.mover.pointer
    var first = scratch.region * part.index
    for run in runs(part) {
      let index = run % groups.count
      let table = tables[index]
      let end = scratch.moverEnds.pointer[scratch.runRegion * part.index + run]
      for mover in first..<end {
        if mover + lookahead < end {
          let cell = Int(destination[Int(movers[mover + lookahead])])
          coppice_prefetch(map.kind + cell)
          coppice_prefetch(map.occupant.pointer + cell)
        }
        let slot = Int(movers[mover])
        guard succeeds[slot] != 0 else { continue }
        let cell = Int(destination[slot])
        map.kind[cell] = WorldMap.firstGroup + UInt8(index)
        map.occupant.pointer[cell] = Int32(slot)
        let entry =
          Int(agents.direction.pointer[slot]) * table.actionCount + Int(agents.action.pointer[slot])
        agents.x.pointer[slot] += table.x.pointer[entry]
        agents.y.pointer[slot] += table.y.pointer[entry]
      }
      first = end
    }
  }

  /// Those that came too late have run into whoever has the cell now.
  private func collide(_ part: Part) {
    let (destination, succeeds) = (scratch.destination.pointer, scratch.succeeds.pointer)
    for slot in claimants(part).lazy.map(Int.init) where succeeds[slot] == 0 {
      meet(slot, Int(map.occupant.pointer[Int(destination[slot])]))
    }
  }

  private func meet(_ slot: Int, _ other: Int) {
    agents.encounter.pointer[slot] = Encounter.collision.rawValue
    agents.encountered.pointer[slot] = Int32(other)
  }

  // MARK: Bodies of any size, one after the other

  /// Puts those into the queue that are alive and whose action is one of `actions`, in the order of moves.
  private func queue(_ actions: (ActionTable) -> Range<Int>) -> Int {
    var count = 0
    for (index, group) in groups.enumerated() {
      let wanted = actions(tables[index])
      for slot in group.slots where agents.isDead.pointer[slot] == 0 {
        guard wanted.contains(Int(agents.action.pointer[slot])) else { continue }
        let own = moveOrder.of(agents.number.pointer[slot])
        scratch.queue.pointer[count] = UInt64(own) << 32 | UInt64(slot)
        count += 1
      }
    }
    scratch.sortQueue(count)
    return count
  }

  /// Turns everybody around their first cell, where there is room.
  func turnOneByOne() {
    let count = queue { $0.firstTurn..<$0.firstAttack }
    for place in 0..<count {
      let slot = Int(scratch.queue.pointer[place] & 0xFFFF_FFFF)
      let index = group(of: slot)
      let (type, table) = (groups[index].type, tables[index])
      let old = agents.direction.pointer[slot]
      let isClockwise = Int(agents.action.pointer[slot]) == table.firstTurn
      let new = (old &+ (isClockwise ? 1 : 3)) & 3
      let size = size(of: slot, type)
      let first = firstCell(of: slot, type)
      // the first cell stays where it is
      let turned = CoppiceGridWorld.firstCell(0, 0, columns: size.rows, rows: size.columns, new)
      let (x, y) = (first.x - turned.x, first.y - turned.y)
      guard map.isFree(x, y, size.rows, size.columns, for: Int32(slot)) else { continue }
      takeAway(slot, type)
      agents.direction.pointer[slot] = new
      (agents.x.pointer[slot], agents.y.pointer[slot]) = (Int16(x), Int16(y))
      putDown(slot, group: index)
    }
  }

  /// Moves everybody, where there is room at their turn.
  func moveOneByOne() {
    let count = queue { 0..<$0.firstTurn }
    for place in 0..<count {
      let slot = Int(scratch.queue.pointer[place] & 0xFFFF_FFFF)
      guard agents.hasAbsorbed.pointer[slot] == 0, agents.isDead.pointer[slot] == 0 else {
        continue
      }
      let index = group(of: slot)
      let (type, table) = (groups[index].type, tables[index])
      let entry =
        Int(agents.direction.pointer[slot]) * table.actionCount + Int(agents.action.pointer[slot])
      let x = Int(agents.x.pointer[slot]) + Int(table.x.pointer[entry])
      let y = Int(agents.y.pointer[slot]) + Int(table.y.pointer[entry])
      let size = size(of: slot, type)
      if map.isFree(x, y, size.columns, size.rows, for: Int32(slot)) {
        takeAway(slot, type)
        (agents.x.pointer[slot], agents.y.pointer[slot]) = (Int16(x), Int16(y))
        putDown(slot, group: index)
      } else if let other = blocker(x, y, size.columns, size.rows, of: slot),
        agents.hasAbsorbed.pointer[other] == 0
      {
        meet(slot, other)
        swallow(slot, by: other)
      }
    }
  }

  /// The first agent, row by row, that is in a body's way.
  private func blocker(_ x: Int, _ y: Int, _ columns: Int, _ rows: Int, of slot: Int) -> Int? {
    for row in y..<(y + rows) {
      for column in x..<(x + columns) where map.contains(column, row) {
        let cell = map.cell(column, row)
        guard map.kind[cell] >= WorldMap.firstGroup,
          Int(map.occupant.pointer[cell]) != slot
        else { continue }
        return Int(map.occupant.pointer[cell])
      }
    }
    return nil
  }

  /// An agent that runs into one that absorbs is swallowed, and the other, twice as healthy, stays from then on.
  private func swallow(_ slot: Int, by other: Int) {
    let type = groups[group(of: other)].type
    guard type.absorbs else { return }
    agents.hasAbsorbed.pointer[other] = 1
    agents.health.pointer[other] *= 2
    let own = group(of: slot)
    agents.isDead.pointer[slot] = 1
    takeAway(slot, groups[own].type)
    scratch.deaths.pointer[own] += 1
  }
}
