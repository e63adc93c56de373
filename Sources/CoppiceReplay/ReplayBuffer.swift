public import CoppiceRandom
public import CoppiceTensors

/// The last `capacity` transitions, drawn from uniformly.
///
/// A transition is one record of consecutive numbers, so that drawing it touches a few neighbouring
/// cache lines: observation, action, next observation, reward, continuation. Records are padded to
/// whole cache lines. Memory is taken from the system as it fills.
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action, records of 2 `O` + `A` + 2 numbers
///
/// - Complexity: O(`O + A`) to append, O(`B (O + A)`) to draw; no allocation after the initialiser.
public final class ReplayBuffer {
  /// `O`.
  public let observationCount: Int
  /// `A`.
  public let actionCount: Int
  /// The most transitions that are held.
  public let capacity: Int
  /// Numbers of a record, padding included.
  public let recordLength: Int

  /// How many transitions were ever appended.
  public private(set) var appendedCount = 0

  private let memory: ReplayMemory
  private let arithmetic: KernelArithmetic

  /// An empty buffer.
  ///
  /// - Parameters:
  ///   - observationCount: `O`.
  ///   - actionCount: `A`.
  ///   - capacity: The most transitions that are held; at least 1.
  ///   - memory: Where the records lie; anonymous memory without.
  ///   - arithmetic: The operations that batches are gathered with.
  /// - Throws: `UserError` of kind `configuration` when the memory is too small or not to be had.
  public init(
    observationCount: Int, actionCount: Int, capacity: Int, memory: ReplayMemory? = nil,
    arithmetic: KernelArithmetic = .fastest
  ) throws(UserError) {
    self.observationCount = observationCount
    self.actionCount = actionCount
    self.capacity = capacity
    self.arithmetic = arithmetic
    recordLength = Self.recordLength(observationCount: observationCount, actionCount: actionCount)
    let wanted = capacity * recordLength * MemoryLayout<Float>.stride
    let memory = if let memory { memory } else { try ReplayMemory(byteCount: wanted) }
    guard capacity > 0, memory.byteCount >= wanted else {
      throw UserError(
        .configuration, found: "a replay of \(capacity) transitions in \(memory.byteCount) bytes",
        expected: "at least one transition and \(wanted) bytes", action: "change replay_capacity")
    }
    self.memory = memory
  }

  /// Numbers of one record, padded to whole cache lines.
  public static func recordLength(observationCount: Int, actionCount: Int) -> Int {
    (2 * observationCount + actionCount + 2 + 15) / 16 * 16
  }

  /// How many transitions can be drawn.
  public var count: Int { min(appendedCount, capacity) }

  private var records: UnsafeMutablePointer<Float> { memory.start }

  /// Adds a transition, in place of the oldest where the buffer is full.
  ///
  /// - Parameters:
  ///   - observation: `[O]`.
  ///   - action: `[A]`.
  ///   - reward: What the action earned.
  ///   - nextObservation: `[O]`, what the action led to, before any reset.
  ///   - terminated: Whether that is a terminal state; a truncated episode is not.
  public func append(
    observation: UnsafePointer<Double>, action: UnsafePointer<Double>, reward: Double,
    nextObservation: UnsafePointer<Double>, terminated: Bool
  ) {
    let record = records + appendedCount % capacity * recordLength
    let next = observationCount + actionCount
    for index in 0..<observationCount {
      record[index] = Float(observation[index])
      record[next + index] = Float(nextObservation[index])
    }
    for index in 0..<actionCount { record[observationCount + index] = Float(action[index]) }
    record[next + observationCount] = Float(reward)
    record[next + observationCount + 1] = terminated ? 0 : 1
    appendedCount += 1
  }

  /// Draws a batch uniformly with replacement.
  ///
  /// - Parameters:
  ///   - batch: Receives the transitions; lanes beyond its samples become zero.
  ///   - key: Which transitions; the same key draws the same rows from the same contents.
  ///   - pool: Threads to share the work.
  /// - Precondition: The buffer is not empty.
  public func sample(into batch: TransitionBatch, key: RandomKey, pool: WorkerPool) {
    promise(batch, key: key)
    pool.run { [batch] worker in batch.gather(worker.part) }
    batch.source = nil
  }

  /// Promises `batch` the transitions that ``sample(into:key:pool:)`` would draw now.
  ///
  /// Whoever learns from the batch draws them by ``TransitionBatch/gather(_:)``, with the threads
  /// that go on to learn from them. The promise holds until the next one, or until a batch is drawn.
  ///
  /// - Precondition: The buffer is not empty, and nothing is appended before the batch is drawn.
  public func promise(_ batch: TransitionBatch, key: RandomKey) {
    batch.rowKey = key
    batch.source = self
  }

  /// Fills the panels of `batch` that belong to `part`.
  func gather(_ batch: TransitionBatch, _ part: Part, _ key: RandomKey) {
    let panels = part.range(of: batch.panelCount)
    guard let first = panels.first else { return }
    draw(batch, first, key)
    for panel in panels {
      // one panel ahead: more would push each other out of the first cache
      if panel + 1 < panels.upperBound { draw(batch, panel + 1, key) }
      transpose(batch, panel)
    }
  }

  /// Draws the rows of a panel and asks for their records.
  private func draw(_ batch: TransitionBatch, _ panel: Int, _ key: RandomKey) {
    let (rows, rowCount) = (batch.rows.pointer + panel * panelWidth, live(batch, panel))
    arithmetic.drawRows(key: key.split(panel).bits, below: count, count: rowCount, into: rows)
    arithmetic.prefetch(
      records: UnsafePointer(records), recordStride: recordLength, rows: rows, rowCount: rowCount)
  }

  private func transpose(_ batch: TransitionBatch, _ panel: Int) {
    arithmetic.transposeRecords(
      records: UnsafePointer(records), recordStride: recordLength,
      rows: batch.rows.pointer + panel * panelWidth, rowCount: live(batch, panel),
      fields: (
        RecordField(count: observationCount + actionCount, panel: batch.inputs.panel(panel)),
        RecordField(count: observationCount, panel: batch.nextInputs.panel(panel)),
        RecordField(count: 2, panel: batch.outcomes.panel(panel))
      ))
  }

  private func live(_ batch: TransitionBatch, _ panel: Int) -> Int {
    max(0, min(panelWidth, batch.sampleCount - panel * panelWidth))
  }

  // MARK: Record

  /// The bytes of transitions `range`, counted from the first ever appended.
  ///
  /// - Precondition: They are still held, and `range` does not wrap around the end of the ring.
  public func bytes(ofTransitions range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(
      range.upperBound <= appendedCount && range.lowerBound >= appendedCount - count,
      "transitions \(range) are not held")
    precondition(
      range.isEmpty || range.lowerBound % capacity + range.count <= capacity,
      "transitions \(range) wrap around")
    let stride = recordLength * MemoryLayout<Float>.stride
    return UnsafeRawBufferPointer(
      start: UnsafeRawPointer(records) + range.lowerBound % capacity * stride,
      count: range.count * stride)
  }

  /// Cuts `range` where it would wrap around the end of the ring.
  public func contiguous(_ range: Range<Int>) -> [Range<Int>] {
    guard !range.isEmpty else { return [] }
    let cut = min(range.upperBound, (range.lowerBound / capacity + 1) * capacity)
    return cut < range.upperBound
      ? [range.lowerBound..<cut, cut..<range.upperBound] : [range]
  }

  /// Forgets everything and continues as if `appended` transitions had been appended.
  ///
  /// - Parameters:
  ///   - appended: The number of transitions ever appended.
  ///   - read: Fills the bytes of a range of transitions that are still to be held.
  /// - Throws: What `read` throws.
  public func restore(
    appendedCount appended: Int,
    read: (Range<Int>, UnsafeMutableRawBufferPointer) throws(UserError) -> Void
  ) throws(UserError) {
    appendedCount = appended
    let stride = recordLength * MemoryLayout<Float>.stride
    for range in contiguous((appended - count)..<appended) {
      let bytes = UnsafeMutableRawBufferPointer(
        start: UnsafeMutableRawPointer(records) + range.lowerBound % capacity * stride,
        count: range.count * stride)
      try read(range, bytes)
    }
  }
}
