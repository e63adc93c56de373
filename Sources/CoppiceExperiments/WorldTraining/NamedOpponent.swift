import CoppiceCrowds
import CoppiceTensors

/// Opponents as a person names them.
enum NamedOpponent {
  /// A policy that never learns.
  case scripted(any GroupPolicy)
  /// One's own policies.
  case own
  /// Policies that were trained.
  case trained(WorldPlayers)

  /// The name of one's own policies.
  static let ownName = "self"

  /// The opponent that `name` means.
  ///
  /// - Throws: `UserError` of kind `configuration` when there is none, with the nearest match.
  init(_ name: String, pool: WorkerPool) throws(UserError) {
    if let policy = ScriptedPolicyCatalogue.standard.policy(name) {
      self = .scripted(policy)
    } else if name == Self.ownName {
      self = .own
    } else if Folder.exists(name) {
      self = .trained(try WorldPlayers(path: name, pool: pool))
    } else {
      throw Self.unknown(name, besides: [Self.ownName])
    }
  }

  /// That nobody is called so, and no file.
  ///
  /// - Parameters:
  ///   - name: What was asked for.
  ///   - others: Names that are known besides those of policies that never learn.
  /// - Returns: The error to throw.
  static func unknown(_ name: String, besides others: [String] = []) -> UserError {
    let names = ScriptedPolicyCatalogue.standard.entries.map(\.name) + others
    let hint = nearestMatch(to: name, in: names).map { "did you mean \"\($0)\"?" }
    return UserError(
      .configuration, found: "no opponent called \"\(name)\" and no such file",
      expected: "\(names.joined(separator: ", ")), or a trained policy",
      action: hint ?? "name one of these")
  }
}
