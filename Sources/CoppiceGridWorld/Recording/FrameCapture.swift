import CoppiceTensors

/// Takes frames of a world.
///
/// ```swift
/// let capture = FrameCapture(of: world)
/// world.step()
/// capture.take(&frame)  // attacks are there until the dead are cleared
/// world.clearDead()
/// ```
public final class FrameCapture {
  private let world: GridWorld
  /// `[numbers]`: each agent at its number; a group of ``absent`` where there is none.
  private let rows: AlignedBuffer<WorldFrame.Agent>
  private let attackRows: AlignedBuffer<WorldFrame.Attack>
  private static let absent = UInt8.max

  /// Frames of `world`, as often as they are taken.
  public init(of world: GridWorld) {
    self.world = world
    rows = AlignedBuffer(count: world.agents.number.count)
    attackRows = AlignedBuffer(count: world.agents.number.count)
    rows.fill(
      WorldFrame.Agent(number: 0, x: 0, y: 0, group: Self.absent, direction: 0, health: 0))
    attackRows.fill(
      WorldFrame.Attack(
        number: 0, x: 0, y: 0, targetX: 0, targetY: 0, group: Self.absent, isKill: 0))
  }

  /// Makes `frame` what the world is now.
  ///
  /// Those that died in the last step are left out. Attacks are those of the last step; none after
  /// ``GridWorld/clearDead()``.
  ///
  /// - Complexity: O(`N`); nothing is allocated once `frame` has been as large.
  public func take(_ frame: inout WorldFrame) {
    let (agents, last) = (world.agents, rows.count - 1)
    for (index, group) in world.groups.enumerated() {
      let scale = group.type.health > 0 ? 255 / group.type.health : 0
      for slot in group.slots {
        let number = min(last, Int(agents.number.pointer[slot]))
        noteAttack(slot, number, UInt8(index), group)
        guard agents.isDead.pointer[slot] == 0 else { continue }
        let health = (agents.health.pointer[slot] * scale).rounded()
        rows.pointer[number] = WorldFrame.Agent(
          number: UInt32(number), x: UInt16(agents.x.pointer[slot]),
          y: UInt16(agents.y.pointer[slot]), group: UInt8(index),
          direction: agents.direction.pointer[slot], health: UInt8(max(0, min(255, health))))
      }
    }
    frame.step = world.stepCount
    frame.agents.removeAll(keepingCapacity: true)
    frame.attacks.removeAll(keepingCapacity: true)
    for number in 0..<rows.count where rows.pointer[number].group != Self.absent {
      frame.agents.append(rows.pointer[number])
      rows.pointer[number].group = Self.absent
    }
    for number in 0..<attackRows.count where attackRows.pointer[number].group != Self.absent {
      frame.attacks.append(attackRows.pointer[number])
      attackRows.pointer[number].group = Self.absent
    }
  }

  private func noteAttack(_ slot: Int, _ number: Int, _ index: UInt8, _ group: GridWorld.Group) {
    let (agents, kind) = (world.agents, world.agents.encounter.pointer[slot])
    guard kind == Encounter.attack.rawValue || kind == Encounter.kill.rawValue else { return }
    // whoever strikes neither moves nor turns in the step, so what it aimed at is still told by its action
    let table = world.tables[Int(index)]
    let action = Int(agents.lastAction.pointer[slot])
    guard action >= table.firstAttack else { return }
    let cell = world.cell(of: action, slot, group.type, table)
    guard cell >= 0 else { return }
    let target = world.map.place(of: cell)
    attackRows.pointer[number] = WorldFrame.Attack(
      number: UInt32(number), x: UInt16(agents.x.pointer[slot]),
      y: UInt16(agents.y.pointer[slot]), targetX: UInt16(target.x), targetY: UInt16(target.y),
      group: index,
      isKill: kind == Encounter.kill.rawValue ? 1 : 0)
  }
}
