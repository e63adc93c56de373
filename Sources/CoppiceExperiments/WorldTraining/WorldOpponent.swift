import CoppiceGridWorld
import CoppiceTensors

/// Who plays a group in place of a learner, as settings and flags say it: `blue=nearest@25%`.
struct WorldOpponent: Sendable, Equatable {
  /// Which group.
  var group: Int
  /// A scripted policy, or the path of a trained one.
  var policy: String
  /// In which share of the games; 1 for a group that nobody learns to play.
  var share: Double

  /// What `text` says.
  ///
  /// - Throws: `UserError` of kind `configuration` when it names no group, or a share that makes no sense.
  init(_ text: String, in description: WorldDescription) throws(UserError) {
    guard let equals = text.firstIndex(of: "=") else {
      throw Self.misunderstood(text, "GROUP=WHO or GROUP=WHO@P%, such as blue=nearest@25%")
    }
    let (name, rest) = (String(text[..<equals]), text[text.index(after: equals)...])
    let names = description.groups.map(\.name)
    guard let group = names.firstIndex(of: name) else {
      let hint = nearestMatch(to: name, in: names).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration, found: "no group called \"\(name)\"",
        expected: "one of \(names.joined(separator: ", "))", action: hint ?? "name one of these")
    }
    (self.group, policy, share) = (group, String(rest), 1)
    if rest.hasSuffix("%"), let at = rest.lastIndex(of: "@") {
      guard let percent = Double(rest[rest.index(after: at)...].dropLast()),
        percent > 0, percent <= 100
      else { throw Self.misunderstood(text, "a share above 0 % and up to 100 %") }
      (policy, share) = (String(rest[..<at]), percent / 100)
    }
    guard !policy.isEmpty else { throw Self.misunderstood(text, "who plays") }
  }

  private static func misunderstood(_ text: String, _ expected: String) -> UserError {
    UserError(
      .configuration, found: "opponent \"\(text)\"", expected: expected, action: "change it")
  }
}
