/// Intervals of time that were divided where somebody asked, as a binary tree.
///
/// Times are compared exactly: who asks twice gives the same bits. Nothing recurses, so that a chain of
/// any depth is safe.
struct IntervalTree {
  /// An interval; its parts, where it was divided, lie side by side.
  struct Node {
    /// When it begins.
    let start: Double
    /// When it ends.
    let end: Double
    /// Of which it is a part; −1 for the whole.
    let parent: Int32
    /// Its left part, behind which lies the right one; −1 where it was not divided.
    var left: Int32 = -1
    /// Where its value lies; −1 for nowhere.
    var slot: Int32 = -1
    /// What names its random numbers.
    let name: UInt64
  }

  /// A part of what was asked for.
  private struct Errand {
    let node: Int32
    let start: Double
    let end: Double
  }

  private(set) var nodes: [Node]
  /// Where an interval is divided in which somebody asks for an end.
  let dividesInHalves: Bool
  private var cursor: Int32 = 0
  private var errands: [Errand] = []

  init(span: ClosedRange<Double>, dividesInHalves: Bool) {
    nodes = [Node(start: span.lowerBound, end: span.upperBound, parent: -1, name: 0x436F_7069)]
    self.dividesInHalves = dividesInHalves
  }

  /// Undoes all divisions; their memory stays for others.
  mutating func makeWhole() {
    nodes.removeLast(nodes.count - 1)
    nodes[0].left = -1
    cursor = 0
  }

  subscript(node: Int32) -> Node { nodes[Int(node)] }

  mutating func assign(slot: Int32, to node: Int32) { nodes[Int(node)].slot = slot }

  /// Writes the nodes that lie side by side from `start` to `end`, dividing some where needed.
  ///
  /// The nodes of two times are the same ever after, for only undivided ones are divided.
  mutating func locate(from start: Double, to end: Double, into found: inout [Int32]) {
    found.removeAll(keepingCapacity: true)
    var node = cursor
    while start < self[node].start || end > self[node].end { node = self[node].parent }
    errands.append(Errand(node: node, start: start, end: end))
    while let errand = errands.popLast() {
      let node = self[errand.node]
      if errand.start == node.start && errand.end == node.end {
        found.append(errand.node)
        cursor = errand.node
        continue
      }
      if node.left < 0 {
        divide(
          errand.node,
          at: dividesInHalves
            ? middle(of: node) : errand.start == node.start ? errand.end : errand.start)
      }
      let left = self[errand.node].left
      let middle = self[left].end
      if errand.end <= middle {
        errands.append(Errand(node: left, start: errand.start, end: errand.end))
      } else if errand.start >= middle {
        errands.append(Errand(node: left + 1, start: errand.start, end: errand.end))
      } else {
        errands.append(Errand(node: left + 1, start: middle, end: errand.end))
        errands.append(Errand(node: left, start: errand.start, end: middle))
      }
    }
  }

  /// Divides `node`, which was not divided before.
  mutating func divide(_ node: Int32, at middle: Double) {
    let whole = self[node]
    let left = Int32(nodes.count)
    nodes.append(
      Node(
        start: whole.start, end: middle, parent: node,
        name: childName(of: whole.name, isRight: false)))
    nodes.append(
      Node(
        start: middle, end: whole.end, parent: node,
        name: childName(of: whole.name, isRight: true)))
    nodes[Int(node)].left = left
  }

  /// Divides the whole at `times`, evenly, so that no part is deeper than log₂ of their number.
  ///
  /// - Precondition: Nothing was divided before; times increase and lie within the whole.
  mutating func divide(at times: [Double]) {
    var ranges: [(node: Int32, times: Range<Int>)] = [(0, times.indices)]
    while let (node, range) = ranges.popLast() {
      let inner = range.filter { times[$0] > self[node].start && times[$0] < self[node].end }
      guard let first = inner.first, let last = inner.last else { continue }
      let middle = (first + last + 1) / 2
      divide(node, at: times[middle])
      ranges.append((self[node].left, first..<middle))
      ranges.append((self[node].left + 1, (middle + 1)..<(last + 1)))
    }
  }

  /// Halves all undivided parts that are longer than `length`, at most `limit` times.
  mutating func halveParts(longerThan length: Double, limit: Int) {
    var left = limit
    var node: Int32 = 0
    while node < nodes.count, left > 0 {
      if self[node].left < 0, self[node].end - self[node].start > length {
        divide(node, at: middle(of: self[node]))
        left -= 1
      }
      node += 1
    }
  }

  private func middle(of node: Node) -> Double { node.start + (node.end - node.start) / 2 }
}
