import CoppiceRandom
import CoppiceTensors

extension GridWorld {
  /// Lets everybody do what they were told.
  ///
  /// Agents that were told nothing stay. Those that died in the step before are cleared first, where that was
  /// not done; those that live do what they were told all the same.
  ///
  /// - Complexity: O(`N`).
  public func step() {
    if needsClearing { clearDead() }
    order = StepOrder(.shuffled, key: key.split("fights").split(stepCount))
    moveOrder = StepOrder(description.moveOrder, key: key.split("moves").split(stepCount))
    scratch.deaths.zero()
    scratch.eaten.zero()
    pool.run { [self] worker in advance(worker) }
    for index in groups.indices { groups[index].eaten = scratch.eaten[index] }
    for worker in 0..<pool.threadCount {
      for index in groups.indices {
        groups[index].deadCount += scratch.deaths[WorldDescription.mostGroups * worker + index]
      }
    }
    isEndedByRule = rewardPlan?.pay(&groups) ?? false
    stepCount += 1
    needsClearing = true
    for view in views { view.minimap.isCurrent = false }
  }

  private func advance(_ worker: Worker) {
    sortOut(worker.part)
    aim(worker.part)
    worker.barrier()
    if worker.part.index == 0 { fight() }
    worker.barrier()
    recover(worker.part)
    worker.barrier()
    if isSimple {
      if description.hasTurns { turn(worker.part) }
      moveAtOnce(worker)
    } else if worker.part.index == 0 {
      if description.hasTurns { turnOneByOne() }
      moveOneByOne()
    }
    worker.barrier()
    forgetActions(worker.part)
  }

  /// Nobody does the same again without being told.
  private func forgetActions(_ part: Part) {
    for group in groups {
      for slot in slots(of: group, part) { agents.action.pointer[slot] = -1 }
    }
  }

  /// Takes those that died off the lists; the last of a group take their places.
  ///
  /// - Complexity: O(`N`), with little to do for each.
  public func clearDead() {
    for index in groups.indices where groups[index].deadCount > 0 {
      var (slot, end) = (groups[index].first, groups[index].slots.upperBound)
      while true {
        while slot < end, agents.isDead.pointer[slot] == 0 { slot += 1 }
        while slot < end, agents.isDead.pointer[end - 1] != 0 { end -= 1 }
        guard slot < end else { break }
        agents.move(end - 1, to: slot)
        putDown(slot, group: index)
        agents.isDead.pointer[end - 1] = 1
      }
      groups[index].count = end - groups[index].first
      groups[index].deadCount = 0
    }
    pool.run { [self] worker in beginAnew(worker.part) }
    for index in groups.indices { groups[index].reward = 0 }
    needsClearing = false
    for view in views { view.minimap.isCurrent = false }
  }

  private func beginAnew(_ part: Part) {
    for group in groups {
      let reward = group.type.stepReward
      for slot in slots(of: group, part) {
        agents.lastReward.pointer[slot] = agents.reward.pointer[slot]
        agents.reward.pointer[slot] = reward
        agents.encounter.pointer[slot] = Encounter.none.rawValue
      }
    }
  }

  /// The slots of a group that a worker takes care of.
  func slots(of group: Group, _ part: Part) -> Range<Int> {
    let own = part.range(of: group.count)
    return (group.first + own.lowerBound)..<(group.first + own.upperBound)
  }

  /// An agent dies: it leaves the map, and what it had earned is lost.
  func die(_ slot: Int, _ type: AgentType) {
    agents.isDead.pointer[slot] = 1
    agents.reward.pointer[slot] = type.deathReward
    takeAway(slot, type)
  }
}
