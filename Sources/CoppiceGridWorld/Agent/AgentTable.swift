import CoppiceTensors

/// All agents of a world, attribute by attribute; the agents of a group lie side by side.
///
/// An agent's slot is where it lies here. It keeps its slot while it lives, unless it is moved to the place of
/// one that died; its number never changes.
final class AgentTable {
  /// `[N]`: the number of each agent, by the order in which it was placed.
  let number: AlignedBuffer<Int32>
  /// `[N]`: the upper left cell of its body.
  let x: AlignedBuffer<Int16>
  let y: AlignedBuffer<Int16>
  /// `[N]`: see ``Direction``.
  let direction: AlignedBuffer<UInt8>
  let health: AlignedBuffer<Float>
  /// `[N]`: what it was told to do; nothing when negative.
  let action: AlignedBuffer<Int16>
  /// `[N]`: the action of the step before; negative before the first.
  let lastAction: AlignedBuffer<Int16>
  /// `[N]`: what it earned in this step.
  let reward: AlignedBuffer<Float>
  /// `[N]`: what it had earned in the step before.
  let lastReward: AlignedBuffer<Float>
  /// `[N]`: 1 for those that died in this step or were swallowed.
  let isDead: AlignedBuffer<UInt8>
  /// `[N]`: 1 for those that swallowed another and no longer move.
  let hasAbsorbed: AlignedBuffer<UInt8>
  /// `[N]`: see ``Encounter``.
  let encounter: AlignedBuffer<UInt8>
  /// `[N]`: the slot of the agent that was encountered.
  let encountered: AlignedBuffer<Int32>

  init(capacity: Int) {
    number = AlignedBuffer(count: capacity)
    x = AlignedBuffer(count: capacity)
    y = AlignedBuffer(count: capacity)
    direction = AlignedBuffer(count: capacity)
    health = AlignedBuffer(count: capacity)
    action = AlignedBuffer(count: capacity)
    lastAction = AlignedBuffer(count: capacity)
    reward = AlignedBuffer(count: capacity)
    lastReward = AlignedBuffer(count: capacity)
    isDead = AlignedBuffer(count: capacity)
    hasAbsorbed = AlignedBuffer(count: capacity)
    encounter = AlignedBuffer(count: capacity)
    encountered = AlignedBuffer(count: capacity)
  }

  var byteCount: Int {
    number.byteCount + x.byteCount + y.byteCount + direction.byteCount + health.byteCount
      + action.byteCount + lastAction.byteCount + reward.byteCount + lastReward.byteCount
      + isDead.byteCount + hasAbsorbed.byteCount + encounter.byteCount + encountered.byteCount
  }

  /// Moves what is known of one agent to another slot.
  func move(_ from: Int, to slot: Int) {
    number.pointer[slot] = number.pointer[from]
    x.pointer[slot] = x.pointer[from]
    y.pointer[slot] = y.pointer[from]
    direction.pointer[slot] = direction.pointer[from]
    health.pointer[slot] = health.pointer[from]
    action.pointer[slot] = action.pointer[from]
    lastAction.pointer[slot] = lastAction.pointer[from]
    reward.pointer[slot] = reward.pointer[from]
    lastReward.pointer[slot] = lastReward.pointer[from]
    isDead.pointer[slot] = isDead.pointer[from]
    hasAbsorbed.pointer[slot] = hasAbsorbed.pointer[from]
    encounter.pointer[slot] = encounter.pointer[from]
    encountered.pointer[slot] = encountered.pointer[from]
  }
}

/// What an agent met with in a step, at most one thing.
public enum Encounter: UInt8, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// It hit another, which lives.
  case attack
  /// It killed another.
  case kill
  /// It ran into another.
  case collision
}

extension AlignedBuffer {
  /// Memory of its elements.
  var byteCount: Int { count * MemoryLayout<Element>.stride }
}
