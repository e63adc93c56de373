public import CoppiceTensors

/// What many agents saw, did and earned: each observation once, and from it the way to the agent's next.
///
/// A *row* is an observation. It is opened when an agent sees something, gets its outcome after the
/// step, and is linked to the row that follows. A last row of an episode that was cut short has no
/// outcome; it is there to be valued. Views are kept as bytes, 127 for 1: numbers from 0 to 2 come back
/// within 1/254, and 0, 1 and 2 as they were. Features are kept as they are.
///
/// The oldest rows make room for new ones. What follows a row is younger, so it is still there when the
/// row is.
///
/// ## Shapes
/// - `V` numbers of a view, `F` features behind it; `V` + 4 `F` + 17 bytes for a row
///
/// - Complexity: O(`V` + `F`) for a row; no allocation after the initialiser.
public final class AgentHistory {
  /// `V`.
  public let viewCount: Int
  /// `F`.
  public let featureCount: Int
  /// The most rows that are held.
  public let capacity: Int
  /// How many rows were ever opened.
  public private(set) var openedCount = 0

  /// What is known of what came after a row.
  enum Outcome: UInt8 {
    /// Nothing.
    case none
    /// The agent lived on, and saw what the next row holds.
    case continues
    /// The agent's life ended.
    case ends
  }

  let arithmetic: KernelArithmetic
  let views: AlignedBuffer<UInt8>
  let features: AlignedBuffer<Float>
  let actions: AlignedBuffer<Int32>
  let rewards: AlignedBuffer<Float>
  /// The number of the row that follows.
  let followers: AlignedBuffer<Int64>
  let outcomes: AlignedBuffer<UInt8>

  /// What a number of a view is cut to, and what byte stands for 1.
  private static let (most, units) = (Float(2), Float(127))

  /// An empty history.
  ///
  /// - Precondition: `capacity` is at least 1.
  public init(
    viewCount: Int, featureCount: Int, capacity: Int, arithmetic: KernelArithmetic = .fastest
  ) {
    precondition(capacity >= 1, "a history holds a row at least")
    (self.viewCount, self.featureCount, self.capacity) = (viewCount, featureCount, capacity)
    self.arithmetic = arithmetic
    views = AlignedBuffer(count: capacity * viewCount)
    features = AlignedBuffer(count: capacity * featureCount)
    actions = AlignedBuffer(count: capacity)
    rewards = AlignedBuffer(count: capacity)
    followers = AlignedBuffer(count: capacity)
    outcomes = AlignedBuffer(count: capacity)
  }

  /// How many rows are held.
  public var count: Int { min(openedCount, capacity) }

  /// The oldest row that is held.
  public var oldest: Int { openedCount - count }

  /// Opens a row with what an agent sees.
  ///
  /// - Parameters:
  ///   - panels: Observations, the view first.
  ///   - sample: Which of them.
  /// - Returns: The number of the row, counted from the first ever opened.
  public func open(_ panels: Panels<Float>, sample: Int) -> Int {
    let place = openedCount % capacity
    let lane = panels.panel(sample / panelWidth) + sample % panelWidth
    let view = views.pointer + place * viewCount
    for index in 0..<viewCount {
      let number = min(max(lane[index * panelWidth], 0), Self.most)
      view[index] = UInt8(Float(0.5).addingProduct(number, Self.units))
    }
    openFeatures(lane, place)
    return openedCount - 1
  }

  /// Opens rows with what the first agents of panels see, one after the other; the same as one at a time, and
  /// several times as fast.
  ///
  /// - Parameters:
  ///   - panels: Observations, the view first.
  ///   - count: How many.
  /// - Returns: The numbers of the rows.
  public func open(_ panels: Panels<Float>, first count: Int) -> Range<Int> {
    let firstRow = openedCount
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: panelWidth) { places in
      guard let start = places.baseAddress else { return }
      for panel in 0..<panelCountFor(samples: count) {
        let lanes = min(panelWidth, count - panel * panelWidth)
        for lane in 0..<lanes { start[lane] = Int64((openedCount + lane) % capacity) }
        // where there are more lanes than room, the later ones are what stays
        arithmetic.packBytes(
          panel: panels.panel(panel), count: viewCount, most: Self.most, units: Self.units,
          rows: start, rowCount: lanes, records: views.pointer)
        for lane in 0..<lanes { openFeatures(panels.panel(panel) + lane, Int(start[lane])) }
      }
    }
    return firstRow..<openedCount
  }

  private func openFeatures(_ lane: UnsafePointer<Float>, _ place: Int) {
    let own = features.pointer + place * featureCount
    for index in 0..<featureCount { own[index] = lane[(viewCount + index) * panelWidth] }
    outcomes.pointer[place] = Outcome.none.rawValue
    openedCount += 1
  }

  /// Notes that the agent's life ended with what it did at a row.
  public func end(_ row: Int, action: Int, reward: Float) {
    note(row, action, reward, .ends, follower: row)
  }

  /// Notes what the agent did at a row, and that it saw what another row holds next.
  public func link(_ row: Int, to follower: Int, action: Int, reward: Float) {
    note(row, action, reward, .continues, follower: follower)
  }

  private func note(
    _ row: Int, _ action: Int, _ reward: Float, _ outcome: Outcome, follower: Int
  ) {
    guard row >= oldest else { return }
    let place = row % capacity
    actions.pointer[place] = Int32(action)
    rewards.pointer[place] = reward
    followers.pointer[place] = Int64(follower)
    outcomes.pointer[place] = outcome.rawValue
  }

  /// What is known of what came after a row.
  func outcome(of row: Int) -> Outcome {
    Outcome(rawValue: outcomes.pointer[row % capacity]) ?? .none
  }

  /// Writes what was seen at rows to the lanes of a panel.
  ///
  /// - Parameters:
  ///   - rows: `[count]`; a negative one is none, and its lane becomes 0.
  ///   - count: At most 64; the lanes behind become 0.
  ///   - panel: Receives `[V + F, 64]`.
  func read(
    _ rows: UnsafePointer<Int64>, count: Int, into panel: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: panelWidth) { places in
      guard let start = places.baseAddress else { return }
      for lane in 0..<count { start[lane] = rows[lane] < 0 ? -1 : rows[lane] % Int64(capacity) }
      arithmetic.transposeBytes(
        records: views.pointer, count: viewCount, rows: start, rowCount: count,
        unit: 1 / Self.units, panel: panel)
      for lane in 0..<panelWidth {
        let target = panel + viewCount * panelWidth + lane
        let own =
          lane < count && start[lane] >= 0
          ? features.pointer + Int(start[lane]) * featureCount : nil
        for index in 0..<featureCount { target[index * panelWidth] = own?[index] ?? 0 }
      }
    }
  }
}

extension AgentHistory: Checkpointable {
  /// Saves all rows.
  public func save(into tensors: inout NamedTensors) {
    tensors.set("opened", [Int64(openedCount)])
    tensors.set("views", UnsafeBufferPointer(start: views.pointer, count: count * viewCount))
    tensors.set(
      "features", UnsafeBufferPointer(start: features.pointer, count: count * featureCount))
    tensors.set("actions", UnsafeBufferPointer(start: actions.pointer, count: count))
    tensors.set("rewards", UnsafeBufferPointer(start: rewards.pointer, count: count))
    tensors.set("followers", UnsafeBufferPointer(start: followers.pointer, count: count))
    tensors.set("outcomes", UnsafeBufferPointer(start: outcomes.pointer, count: count))
  }

  /// Restores all rows.
  public func restore(from tensors: NamedTensors) throws(UserError) {
    guard let opened = try tensors.get("opened", as: Int64.self).first, opened >= 0 else {
      throw UserError(
        .checkpoint, found: "no count of rows", expected: "one",
        action: "use a checkpoint that was not altered")
    }
    let rows = min(Int(opened), capacity)
    try tensors.get("views", prefix: rows * viewCount, into: views)
    try tensors.get("features", prefix: rows * featureCount, into: features)
    try tensors.get("actions", prefix: rows, into: actions)
    try tensors.get("rewards", prefix: rows, into: rewards)
    try tensors.get("followers", prefix: rows, into: followers)
    try tensors.get("outcomes", prefix: rows, into: outcomes)
    openedCount = Int(opened)
  }
}
