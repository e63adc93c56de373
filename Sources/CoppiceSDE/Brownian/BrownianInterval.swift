public import CoppiceTensors

/// Brownian motion that can be asked for any increment, in any order, again and again.
///
/// Times that somebody asks for divide the whole span into a binary tree of intervals. Each interval's
/// random numbers follow from its name, and the value of a part from that of the whole by a Brownian
/// bridge; nothing but the values that were used last is kept. What is asked again has the same bits,
/// increments of adjacent intervals add up, and memory grows by a small node for each new time.
///
/// ```swift
/// let keys = SampleKeys(count: 256, key: RandomKey(seed: 1))
/// let motion = BrownianInterval<Float>(keys: keys, channelCount: 3, span: 0...10)
/// motion.query(from: 0, to: 0.5, increment: increments.buffer.pointer, area: nil)
/// ```
///
/// ## Randomness
/// A sample's path depends on its key and on the times that were asked for, in their order; with
/// ``Division/halves(tolerance:)`` on its key alone.
///
/// - Complexity: In order, forwards or backwards, about one bridge for each query where the times are
///   expected, about three otherwise; O(log n) at random. No allocation once all times were asked for.
///
/// ## Source
/// Kidger, Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for Neural SDEs", section 4.
///
/// ## Differences
/// The names of random numbers have 64 bits, values are forgotten by when they were used and not by
/// when they were made, both parts of an interval come of one draw, and a solver's whole grid may be
/// laid out beforehand (``expect(times:)``).
public final class BrownianInterval<Scalar: NetworkScalar>: DrivingPath {
  /// Where an interval is divided.
  public enum Division: Sendable, Hashable {
    /// At the times that are asked for.
    case queries
    /// In the middle, until parts are no longer than `tolerance`; times are rounded to their ends. Many
    /// more parts, but a path that depends on the key alone.
    case halves(tolerance: Double)
  }

  /// When the motion begins and ends.
  public let span: ClosedRange<Double>

  /// `M`.
  public let channelCount: Int

  /// Whether space-time Lévy areas are kept as well.
  public let hasArea: Bool

  /// How many bridges were computed since the beginning.
  public private(set) var bridgeCount = 0

  /// Whose noise it is.
  public let keys: SampleKeys

  private let noise: BrownianNoise<Scalar>
  private let depth: Int
  private let slotCount: Int
  private var tree: IntervalTree
  private var recent: RecentValues<Scalar>
  private let whole: AlignedBuffer<Scalar>
  private let normals: AlignedBuffer<Scalar>
  private var found: [Int32] = []
  private var path: [Int32] = []

  // how long queries are, unless the times were announced
  private var queryCount = 0
  private var queriedLength = 0.0
  private var isLaidOut = false

  /// Brownian motion over `span`, with nothing asked for yet.
  ///
  /// - Parameters:
  ///   - keys: A key for each of `B` samples.
  ///   - channelCount: `M`.
  ///   - span: When the motion begins and ends.
  ///   - hasArea: Whether areas will be asked for; doubles memory and work.
  ///   - division: Where an interval is divided.
  ///   - slotCount: How many values are kept; at least 4.
  /// - Precondition: There are samples and channels, and the span is not empty.
  public init(
    keys: SampleKeys, channelCount: Int, span: ClosedRange<Double>, hasArea: Bool = false,
    division: Division = .queries, slotCount: Int = 64
  ) {
    precondition(keys.count > 0 && channelCount > 0, "Brownian motion of nobody")
    precondition(span.upperBound > span.lowerBound, "Brownian motion over no time")
    precondition(slotCount >= 4, "a bridge needs four values at hand, found \(slotCount)")
    self.keys = keys
    self.channelCount = channelCount
    self.span = span
    self.hasArea = hasArea
    self.slotCount = slotCount
    noise = BrownianNoise(keys: keys, channelCount: channelCount)
    switch division {
    case .queries: depth = 0
    case .halves(let tolerance):
      precondition(tolerance > 0, "a tolerance of \(tolerance) is never reached")
      depth = halvings(of: span, tolerance: tolerance)
    }
    tree = IntervalTree(span: span, dividesInHalves: depth > 0)
    let size = keys.panelCount * channelCount * panelWidth
    recent = RecentValues(slotCount: slotCount, valueCount: hasArea ? 2 * size : size)
    whole = AlignedBuffer(count: recent.valueCount)
    normals = AlignedBuffer(count: 2 * channelCount * panelWidth)
    drawWhole()
  }

  /// `P`.
  public var panelCount: Int { keys.panelCount }

  /// How many intervals there are, whole and parts.
  public var nodeCount: Int { tree.nodes.count }

  private var size: Int { panelCount * channelCount * panelWidth }

  /// Forgets all values, after other keys were assigned to ``keys``.
  ///
  /// - Parameter forgettingDivisions: Whether the intervals are made whole again as well: the motion then depends on
  ///   what is asked from now on, as of a new one. Otherwise they stay divided, which serves whoever asks for the
  ///   same times again. What was announced is forgotten too.
  public func redraw(forgettingDivisions: Bool = false) {
    if forgettingDivisions {
      tree.makeWhole()
      (queryCount, queriedLength, isLaidOut) = (0, 0, false)
    }
    for node in tree.nodes.indices { tree.assign(slot: -1, to: Int32(node)) }
    recent.forgetAll()
    drawWhole()
  }

  /// Divides the span evenly at `times`, where nothing was asked yet and halves are not asked for.
  public func expect(times: [Double]) {
    guard depth == 0, tree.nodes.count == 1, times.count > 2 else { return }
    tree.divide(at: times)
    isLaidOut = true
  }

  /// Writes what happened from time `start` to time `end`.
  public func query(
    from start: Double, to end: Double, increment: UnsafeMutablePointer<Scalar>,
    area: UnsafeMutablePointer<Scalar>?
  ) {
    precondition(area == nil || hasArea, "this Brownian motion was made without areas")
    let (s, t) = (rounded(span.clamped(start)), rounded(span.clamped(end)))
    precondition(s <= t, "an increment from \(start) back to \(end)")
    guard s < t else {
      increment.zero(count: size)
      area?.zero(count: size)
      return
    }
    anticipate(length: t - s)
    tree.locate(from: s, to: t, into: &found)
    for (index, node) in found.enumerated() {
      let value = UnsafePointer(value(of: node))
      let valueArea = area == nil ? nil : value + size
      if index == 0 {
        increment.update(from: value, count: size)
        if let area, let valueArea { area.update(from: valueArea, count: size) }
      } else {
        append(
          count: size, from: s, by: tree[node].start, to: tree[node].end, increment: value,
          area: valueArea, onto: increment, sumArea: area)
      }
    }
  }

  // MARK: Values

  private func drawWhole() {
    let length = span.upperBound - span.lowerBound
    let name = tree[0].name
    for panel in 0..<panelCount {
      let place = whole.pointer + panel * channelCount * panelWidth
      noise.write(.increment, of: name, panel: panel, into: place)
      if hasArea { noise.write(.area, of: name, panel: panel, into: place + size) }
    }
    scale(whole.pointer, count: size, by: Scalar(length.squareRoot()))
    if hasArea { scale(whole.pointer + size, count: size, by: Scalar((length / 12).squareRoot())) }
  }

  /// Where the value of `node` lies until some others are asked for.
  private func value(of node: Int32) -> UnsafeMutablePointer<Scalar> {
    if node == 0 { return whole.pointer }
    path.removeAll(keepingCapacity: true)
    var ancestor = node
    while ancestor > 0, tree[ancestor].slot < 0 {
      path.append(ancestor)
      ancestor = tree[ancestor].parent
    }
    if ancestor > 0 { recent.touch(tree[ancestor].slot) }
    while let child = path.popLast() { divide(tree[child].parent) }
    return recent.value(tree[node].slot)
  }

  /// Computes the values of both parts of `parent`, whose own is at hand.
  private func divide(_ parent: Int32) {
    let interval = tree[parent]
    let parts = (interval.left, interval.left + 1)
    let from = interval.slot >= 0 ? recent.value(interval.slot) : whole.pointer
    if interval.slot >= 0 { recent.touch(interval.slot) }
    let slots = (place(parts.0), place(parts.1))
    let (left, right) = (recent.value(slots.0), recent.value(slots.1))
    let bridge = BrownianBridge(
      start: interval.start, middle: tree[parts.0].end, end: interval.end)
    let count = channelCount * panelWidth
    for panel in 0..<panelCount {
      let offset = panel * count
      noise.write(.first, of: interval.name, panel: panel, into: normals.pointer)
      if hasArea {
        noise.write(.second, of: interval.name, panel: panel, into: normals.pointer + count)
        bridge.divideWithArea(
          count: count, areaOffset: size, whole: from + offset, first: normals.pointer,
          second: normals.pointer + count, left: left + offset, right: right + offset)
      } else {
        bridge.divide(
          count: count, whole: from + offset, noise: normals.pointer, left: left + offset,
          right: right + offset)
      }
    }
    bridgeCount += 1
  }

  /// The slot of `node`, a new one where it has none.
  private func place(_ node: Int32) -> Int32 {
    if tree[node].slot >= 0 {
      recent.touch(tree[node].slot)
      return tree[node].slot
    }
    let (slot, loser) = recent.take(for: node)
    if loser >= 0 { tree.assign(slot: -1, to: loser) }
    tree.assign(slot: slot, to: node)
    return slot
  }

  // MARK: Times

  /// The end of the parts of least length that is nearest to `time`.
  private func rounded(_ time: Double) -> Double {
    guard depth > 0 else { return time }
    var (low, high) = (span.lowerBound, span.upperBound)
    for _ in 0..<depth {
      let middle = low + (high - low) / 2
      if time < middle { high = middle } else { low = middle }
    }
    return time - low < high - time ? low : high
  }

  /// Halves long intervals once queries have turned out to be much shorter, so that going backwards
  /// never has to come from far above.
  ///
  /// The mean length decides, not that of one query: a last step that is a rounding error long must not
  /// grow a huge tree.
  private func anticipate(length: Double) {
    guard depth == 0, !isLaidOut else { return }
    queryCount += 1
    queriedLength += length
    // at 8, 16, 32, … queries: early, so that no long chain lies above all others, and so rarely that
    // looking at all intervals costs little for each
    guard queryCount >= 8, queryCount.nonzeroBitCount == 1 else { return }
    let mean = queriedLength / Double(queryCount)
    let shortest = (span.upperBound - span.lowerBound) * 0x1p-20
    // both parts of every interval of a chain are kept, and some from above
    tree.halveParts(
      longerThan: max(shortest, mean * Double(slotCount) / 4), limit: 4 * queryCount)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func scale<Scalar: NetworkScalar>(
  _ values: UnsafeMutablePointer<Scalar>, count: Int, by factor: Scalar
) {
  for element in 0..<count { values[element] *= factor }
}
