/// The candidate that `word` most likely was meant to be, if one is close.
///
/// Close means that at most a third of the longer word's characters, and at least two, have to be
/// inserted, deleted, replaced or swapped with their neighbour; case does not count. Of several
/// equally close candidates the first one wins.
///
/// - Complexity: the product of the lengths, for each candidate.
public func nearestMatch(to word: String, in candidates: some Sequence<String>) -> String? {
  let wanted = Array(word.lowercased())
  var best: (candidate: String, distance: Int)?
  for candidate in candidates {
    let other = Array(candidate.lowercased())
    let distance = editDistance(wanted, other)
    guard distance <= max(2, max(wanted.count, other.count) / 3) else { continue }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.candidate
}

/// How many insertions, deletions, replacements and swaps of neighbours turn one word into another.
///
/// ## Source
/// The optimal string alignment distance, after Damerau 1964, "A technique for computer detection
/// and correction of spelling errors".
package func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var beforeLast = [Int](repeating: 0, count: second.count + 1)
  var last = Array(0...second.count)
  for row in 0..<first.count {
    var current = [row + 1]
    for column in 0..<second.count {
      let replaced = last[column] + (first[row] == second[column] ? 0 : 1)
      var distance = min(replaced, last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        distance = min(distance, beforeLast[column - 1] + 1)
      }
      current.append(distance)
    }
    (beforeLast, last) = (last, current)
  }
  return last[second.count]
}
