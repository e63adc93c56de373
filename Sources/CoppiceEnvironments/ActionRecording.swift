import CoppiceTensors

/// The actions of one running episode, in memory that is kept from episode to episode.
struct ActionRecording {
  private(set) var count = 0
  private let actionSize: Int
  private var capacity: Int
  private var buffer: AlignedBuffer<Double>

  /// No actions, with room for `capacity` of `actionSize` numbers.
  init(actionSize: Int, capacity: Int) {
    self.actionSize = actionSize
    self.capacity = max(1, capacity)
    buffer = AlignedBuffer(count: self.capacity * actionSize)
  }

  /// `[count, A]`: the actions so far.
  var numbers: UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(start: buffer.pointer, count: count * actionSize)
  }

  /// The numbers of action `index`.
  func action(_ index: Int) -> UnsafeMutablePointer<Double> {
    buffer.pointer + index * actionSize
  }

  /// Adds the action at `action`.
  mutating func append(_ action: UnsafePointer<Double>) {
    if count == capacity {
      let larger = AlignedBuffer<Double>(count: 2 * capacity * actionSize)
      larger.pointer.update(from: buffer.pointer, count: capacity * actionSize)
      buffer = larger
      capacity *= 2
    }
    self.action(count).update(from: action, count: actionSize)
    count += 1
  }

  /// Forgets the actions.
  mutating func removeAll() { count = 0 }
}
