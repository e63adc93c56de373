import CoppiceCrowds
import CoppiceGridWorld
import CoppiceTensors

/// Which groups of a world learn, which of them together, and who plays the others.
struct WorldCast {
  /// Groups that one learner plays.
  struct Part {
    /// The names of the groups.
    var name: String
    /// The groups, in their order.
    var groups: [Int]
  }

  /// The learners.
  private(set) var parts: [Part] = []
  /// Who plays in place of a learner, by group.
  private(set) var opponents: [WorldOpponent?]

  /// The cast that settings ask for.
  ///
  /// Agents that can do nothing but stay, such as food, have nobody to learn for them.
  ///
  /// - Throws: `UserError` of kind `configuration` when an opponent makes no sense, or nobody is left to learn.
  init(_ settings: WorldTrainingSettings, _ world: GridWorld) throws(UserError) {
    let description = world.description
    opponents = description.groups.map { _ in nil }
    for text in settings.opponents {
      let opponent = try WorldOpponent(text, in: description)
      guard opponents[opponent.group] == nil else {
        throw UserError(
          .configuration, found: "two opponents for \(description.groups[opponent.group].name)",
          expected: "one", action: "leave one out")
      }
      opponents[opponent.group] = opponent
    }
    for group in world.groups.indices {
      if let opponent = opponents[group], opponent.share == 1 { continue }
      guard world.groups[group].actions.count > 1 else { continue }
      let place = parts.firstIndex {
        !settings.apart && description.isAlike($0.groups[0], group)
      }
      if let place {
        parts[place].groups.append(group)
      } else {
        parts.append(Part(name: "", groups: [group]))
      }
    }
    for index in parts.indices {
      parts[index].name = parts[index].groups.map { description.groups[$0].name }
        .joined(separator: "+")
    }
    guard !parts.isEmpty else {
      throw UserError(
        .configuration, found: "a world in which nobody learns", expected: "a group that acts",
        action: "leave an opponent out, or choose another world")
    }
  }

  /// Which learner plays a group.
  func learner(of group: Int) -> Int? { parts.firstIndex { $0.groups.contains(group) } }

  /// The name of a learner as that of a file.
  static func fileName(_ part: String) -> String { RunFolder.fileNameSafe(part) }
}
