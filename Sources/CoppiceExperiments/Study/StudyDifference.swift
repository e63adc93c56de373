import CoppiceTensors

/// What sets a study apart from the one that its folder holds.
struct StudyDifference {
  /// Members that are new, that are gone, and that have other settings.
  private(set) var added: [String] = []
  private(set) var removed: [String] = []
  private(set) var changed: [String] = []

  /// What else changed, in words.
  private var others: [String] = []
  private let isExtension: Bool

  init(from old: Study, to new: Study) {
    let before = Dictionary(uniqueKeysWithValues: old.members.map { ($0.name, $0) })
    let after = Set(new.members.map(\.name))
    for member in new.members {
      guard let same = before[member.name] else {
        added.append(member.name)
        continue
      }
      if same.configuration != member.configuration { changed.append(member.name) }
    }
    removed = old.members.map(\.name).filter { !after.contains($0) }
    if old.name != new.name { others.append("its name was \(old.name)") }
    if old.halving != new.halving { others.append("[halving] changed") }
    isExtension =
      old.halving == nil && new.members.starts(with: old.members) { $0.name == $1.name }
    let movedOnly = added.isEmpty && removed.isEmpty && changed.isEmpty && !isExtension
    if movedOnly, old.members.map(\.name) != new.members.map(\.name) {
      others.append("the order of its members changed")
    }
  }

  /// Whether the studies mean the same.
  var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && others.isEmpty }

  /// Checks that only what may change does.
  ///
  /// - Throws: `UserError` of kind `configuration` that names the members.
  func check(_ path: String, extending: Bool) throws(UserError) {
    let mayExtend = isExtension && removed.isEmpty && changed.isEmpty && others.isEmpty
    if mayExtend, extending { return }
    let lists = [("added", added), ("removed", removed), ("changed", changed)]
    let words = lists.filter { !$0.1.isEmpty }.map { "\($0.0): \(Self.list($0.1))" } + others
    throw UserError(
      .configuration,
      found: "\(path) holds another version of the study (\(words.joined(separator: "; ")))",
      expected: mayExtend ? "" : "new members at the end alone, and no [halving]",
      action: mayExtend
        ? "add --extend to add them, or choose another --out"
        : "choose another --out or another name")
  }

  private static func list(_ names: [String]) -> String {
    let first = names.prefix(5).joined(separator: ", ")
    return names.count > 5 ? "\(first) and \(names.count - 5) more" : first
  }
}
