public import CoppiceRandom
public import CoppiceTensors

/// The last `capacity` transitions, drawn from uniformly.
///
/// A transition is one record of consecutive numbers, so that drawing it touches a few neighbouring
/// cache lines: observation, action, next observation, reward, continuation, and where asked for
/// whether the episode ended there. Records are padded to whole cache lines. Memory is taken from the
/// system as it fills.
///
/// ## Shapes
/// - `O` numbers of an observation, `A` numbers of an action, records of 2 `O` + `A` + 2 numbers, or 3
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

  /// Whether records say where episodes ended, which returns of several steps need.
  public let recordsEnds: Bool

  /// How many transitions were ever appended.
  public private(set) var appendedCount = 0

  /// How many of them were dropped before they had to make room.
  public private(set) var droppedCount = 0

  private let memory: ReplayMemory
  private let arithmetic: KernelArithmetic

  /// An empty buffer.
  ///
  /// - Parameters:
  ///   - observationCount: `O`.
  ///   - actionCount: `A`.
  ///   - capacity: The most transitions that are held; at least 1.
  ///   - recordsEnds: Whether records say where episodes ended.
  ///   - memory: Where the records lie; anonymous memory without.
  ///   - arithmetic: The operations that batches are gathered with.
  /// - Throws: `UserError` of kind `configuration` when the memory is too small or not to be had.
  public init(
    observationCount: Int, actionCount: Int, capacity: Int, recordsEnds: Bool = false,
    memory: ReplayMemory? = nil, arithmetic: KernelArithmetic = .fastest
  ) throws(UserError) {
    self.observationCount = observationCount
    self.actionCount = actionCount
    self.capacity = capacity
    self.arithmetic = arithmetic
    self.recordsEnds = recordsEnds
    recordLength = Self.recordLength(
      observationCount: observationCount, actionCount: actionCount, recordsEnds: recordsEnds)
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
  public static func recordLength(
    observationCount: Int, actionCount: Int, recordsEnds: Bool = false
  ) -> Int {
    (2 * observationCount + actionCount + (recordsEnds ? 3 : 2) + 15) / 16 * 16
  }

  /// How many transitions can be drawn.
  public var count: Int { min(appendedCount - droppedCount, capacity) }

  /// The oldest transition that can be drawn, counted from the first ever appended.
  public var oldest: Int { appendedCount - count }

  var records: UnsafeMutablePointer<Float> { memory.start }

  /// Where the reward of a record stands.
  var outcomeOffset: Int { 2 * observationCount + actionCount }

  /// Adds a transition, in place of the oldest where the buffer is full.
  ///
  /// - Parameters:
  ///   - observation: `[O]`.
  ///   - action: `[A]`.
  ///   - reward: What the action earned.
  ///   - nextObservation: `[O]`, what the action led to, before any reset.
  ///   - terminated: Whether that is a terminal state; a truncated episode is not.
  ///   - truncated: Whether a time limit ended the episode there.
  public func append(
    observation: UnsafePointer<Double>, action: UnsafePointer<Double>, reward: Double,
    nextObservation: UnsafePointer<Double>, terminated: Bool, truncated: Bool = false
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
    if recordsEnds { record[next + observationCount + 2] = terminated || truncated ? 1 : 0 }
    appendedCount += 1
  }

  /// Draws a batch uniformly with replacement.
  ///
  /// - Parameters:
  ///   - batch: Receives the transitions; lanes beyond its samples become zero.
  ///   - key: Which transitions; the same key draws the same rows from the same contents.
  ///   - returns: How far ahead returns look; one step without.
  ///   - pool: Threads to share the work.
  /// - Precondition: The buffer is not empty, and its records say where episodes ended if returns look
  ///   further than one step.
  public func sample(
    into batch: TransitionBatch, key: RandomKey, returns: MultiStepReturn? = nil,
    pool: WorkerPool
  ) {
    promise(batch, key: key, returns: returns)
    pool.run { [batch] worker in batch.gather(worker.part) }
    batch.source = nil
  }

  /// Promises `batch` the transitions that ``sample(into:key:returns:pool:)`` would draw now.
  ///
  /// Whoever learns from the batch draws them by ``TransitionBatch/gather(_:)``, with the threads
  /// that go on to learn from them. The promise holds until the next one, or until a batch is drawn.
  ///
  /// - Precondition: The buffer is not empty, its records say where episodes ended if returns look
  ///   further than one step, and nothing is appended before the batch is drawn.
  public func promise(
    _ batch: TransitionBatch, key: RandomKey, returns: MultiStepReturn? = nil
  ) {
    precondition(
      recordsEnds || returns?.steps ?? 1 <= 1, "the records do not say where episodes ended")
    batch.rowKey = key
    batch.lookahead = returns
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
      if let returns = batch.lookahead, returns.steps > 1 {
        gatherReturns(batch, panel, returns)
      } else {
        transpose(batch, panel, rows: batch.rows.pointer + panel * panelWidth)
      }
    }
  }

  /// Draws the rows of a panel and asks for their records.
  private func draw(_ batch: TransitionBatch, _ panel: Int, _ key: RandomKey) {
    let rows = batch.rows.pointer + panel * panelWidth
    let rowCount = liveLanes(of: batch, panel)
    arithmetic.drawRows(key: key.split(panel).bits, below: count, count: rowCount, into: rows)
    if droppedCount > 0 {
      for lane in 0..<rowCount { rows[lane] = Int64((oldest + Int(rows[lane])) % capacity) }
    }
    arithmetic.prefetch(
      records: UnsafePointer(records), recordStride: recordLength, rows: rows, rowCount: rowCount)
  }

  /// Fills a panel from the records of `rows`.
  func transpose(_ batch: TransitionBatch, _ panel: Int, rows: UnsafePointer<Int64>) {
    arithmetic.transposeRecords(
      records: UnsafePointer(records), recordStride: recordLength,
      rows: rows, rowCount: liveLanes(of: batch, panel),
      fields: (
        RecordField(count: observationCount + actionCount, panel: batch.inputs.panel(panel)),
        RecordField(count: observationCount, panel: batch.nextInputs.panel(panel)),
        RecordField(count: 2, panel: batch.outcomes.panel(panel))
      ))
  }

  /// Fills the observations and actions of a panel alone.
  func transposeFirst(_ batch: TransitionBatch, _ panel: Int, rows: UnsafePointer<Int64>) {
    let nothing = RecordField(count: 0, panel: batch.outcomes.panel(panel))
    arithmetic.transposeRecords(
      records: UnsafePointer(records), recordStride: recordLength,
      rows: rows, rowCount: liveLanes(of: batch, panel),
      fields: (
        RecordField(count: observationCount + actionCount, panel: batch.inputs.panel(panel)),
        nothing, nothing
      ))
  }

  /// How many lanes of a panel are samples.
  func liveLanes(of batch: TransitionBatch, _ panel: Int) -> Int {
    max(0, min(panelWidth, batch.sampleCount - panel * panelWidth))
  }

  // MARK: Dropping

  /// Forgets the `count` oldest transitions, or all but the newest one.
  public func dropOldest(_ count: Int) {
    droppedCount = max(0, min(oldest + count, appendedCount - 1))
  }

  /// Copies the observation and the action of a transition that can be drawn.
  ///
  /// - Parameters:
  ///   - number: Which transition, counted from the first ever appended.
  ///   - observation: Receives `[O]`.
  ///   - action: Receives `[A]`.
  public func copy(
    transition number: Int, observation: UnsafeMutablePointer<Double>,
    action: UnsafeMutablePointer<Double>
  ) {
    precondition((oldest..<appendedCount).contains(number), "transition \(number) is not held")
    let record = records + number % capacity * recordLength
    for index in 0..<observationCount { observation[index] = Double(record[index]) }
    for index in 0..<actionCount { action[index] = Double(record[observationCount + index]) }
  }

  // MARK: Record

  /// The bytes of transitions `range`, counted from the first ever appended.
  ///
  /// - Precondition: They are still held, and `range` does not wrap around the end of the ring.
  public func bytes(ofTransitions range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(
      range.upperBound <= appendedCount
        && range.lowerBound >= appendedCount - min(appendedCount, capacity),
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
  ///   - dropped: How many of them were dropped.
  ///   - read: Fills the bytes of a range of transitions that are still to be held.
  /// - Throws: What `read` throws.
  public func restore(
    appendedCount appended: Int, droppedCount dropped: Int = 0,
    read: (Range<Int>, UnsafeMutableRawBufferPointer) throws(UserError) -> Void
  ) throws(UserError) {
    appendedCount = appended
    droppedCount = dropped
    let stride = recordLength * MemoryLayout<Float>.stride
    // the record goes on with what was dropped as well
    for range in contiguous((appended - min(appended, capacity))..<appended) {
      let bytes = UnsafeMutableRawBufferPointer(
        start: UnsafeMutableRawPointer(records) + range.lowerBound % capacity * stride,
        count: range.count * stride)
      try read(range, bytes)
    }
  }
}
