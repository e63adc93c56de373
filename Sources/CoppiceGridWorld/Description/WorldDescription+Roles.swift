extension WorldDescription {
  /// Whether the agents of two groups are in the same position: they are of one type, see the other groups in the
  /// same order, and are paid for the same things, so that one policy can serve both.
  ///
  /// The groups of a world stand in a circle, in which each sees those behind it in their order. Two groups are
  /// alike when the circle can be turned so that one takes the place of the other, and neither types nor rules
  /// change. Where agents begin does not matter.
  ///
  /// - Parameters:
  ///   - first: One group.
  ///   - second: The other.
  /// - Returns: Whether they are alike; a group is like itself.
  /// - Complexity: O(groups + rules²).
  public func isAlike(_ first: Int, _ second: Int) -> Bool {
    let count = groups.count
    let turn = (second - first + count) % count
    guard turn > 0 else { return true }
    func turned(_ index: Int) -> Group { groups[(index + turn) % count] }
    guard groups.indices.allSatisfy({ groups[$0].type == turned($0).type }) else { return false }
    let names = Dictionary(
      groups.indices.map { (groups[$0].name, turned($0).name) }, uniquingKeysWith: { $1 })
    var rest = rules
    for rule in rules {
      let other = rule.renamed { names[$0] ?? $0 }
      guard let place = rest.firstIndex(of: other) else { return false }
      rest.remove(at: place)
    }
    return true
  }
}
