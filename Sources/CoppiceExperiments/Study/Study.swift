public import CoppiceTensors

/// Many runs that are planned together: a TOML file, and the members that it means.
///
/// ```swift
/// let study = try Study(
///   toml: """
///     format = 1
///     name = "sparse-pendulum"
///     [settings]
///     steps = 15000
///     [grid]
///     sparsity = ["dense", "2:4"]
///     seed = [1, 2, 3]
///     """)
/// for member in study.members { print(member.number, member.name) }
/// ```
///
/// Members come in a fixed order: those of `[[member]]` as they are written, then the product of `[grid]`
/// and `[random]`, with the seed changing slowest, then environment, algorithm, recipe and draw, then
/// other settings in the order of the alphabet, and sparsity fastest.
public struct Study: Sendable, Equatable {
  /// The format that is read.
  public static let format = 1

  /// What it is called.
  public let name: String
  /// The file as it was given.
  public let text: String
  /// How members are compared on the way; nothing where all take all steps.
  public let halving: StudyHalving?
  /// All runs, by number.
  public let members: [StudyMember]

  /// The files of recipes that members name, by the last part of their paths.
  let recipes: [String: String]

  /// The study that `text` describes.
  ///
  /// - Parameters:
  ///   - text: TOML, see Documentation/Formats.md.
  ///   - path: Where it is from, for messages.
  ///   - folder: The folder that paths of recipes begin in.
  /// - Throws: `UserError` of kind `configuration` for anything that makes no sense, in any member; of
  ///   kind `missing` or `file` where a member needs something that is not there.
  public init(
    toml text: String, from path: String = "the study", recipesIn folder: String = "."
  ) throws(UserError) {
    try self.init(toml: text, from: path) { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
  }

  /// The study in the file at `path`; paths of recipes begin in its folder.
  ///
  /// - Throws: `UserError` as ``init(toml:from:recipesIn:)`` does.
  public init(contentsOf path: String) throws(UserError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    try self.init(
      toml: try TextFile.readTOML(path), from: path, recipesIn: folder.isEmpty ? "/" : folder)
  }

  /// The study that `text` describes, with recipes where `locate` says.
  init(
    toml text: String, from path: String, locate: (String) -> String
  ) throws(UserError) {
    let file = try StudyFile.read(text, from: path)
    self.text = text
    name = file.name
    var plan = StudyPlan(settings: SettingPath.nested(file.settings), path: path)
    for choice in try file.choices(from: path) { try plan.add(choice, locate: locate) }
    guard !plan.members.isEmpty else {
      throw UserError(
        .configuration, found: "\(path) has no members", expected: "[grid], [random] or [[member]]",
        action: "add, for example, seed = [1, 2, 3] to [grid]")
    }
    members = plan.members
    recipes = plan.recipes
    halving = file.halving.firstSteps > 0 ? file.halving : nil
    try halving?.validate(members, path)
  }

  /// The member with a number.
  ///
  /// - Throws: `UserError` of kind `configuration` where there is none.
  public func member(_ number: Int) throws(UserError) -> StudyMember {
    if (1...members.count).contains(number) { return members[number - 1] }
    throw UserError(
      .configuration, found: "member \(number) of study \(name)",
      expected: "1 to \(members.count)", action: "see `coppice study plan`")
  }
}

extension StudyFile {
  /// What each member sets, in their order.
  fileprivate func choices(from path: String) throws(UserError) -> [StudyChoice] {
    var choices: [StudyChoice] = []
    for value in member {
      if case .table(let values) = value { choices.append(.member(values)) }
    }
    let axes = try StudyAxis.grid(grid, from: path)
    let draws = try StudyDraws.axis(random, from: path)
    let fixed = Set(axes.compactMap(\.path))
    if let both = StudyDraws.paths(random).first(where: fixed.contains) {
      throw UserError(
        .configuration, found: "\(both) in [grid] and in [random] of \(path)",
        expected: "one of them", action: "change the study")
    }
    guard !axes.isEmpty || draws != nil else { return choices }
    let all = axes.filter(\.isOuter) + (draws.map { [$0] } ?? []) + axes.filter { !$0.isOuter }
    let size = all.reduce(choices.count + 1) {
      $0.multipliedReportingOverflow(by: $1.choices.count).partialValue
    }
    guard all.allSatisfy({ $0.choices.count <= 100_000 }), (1...1_000_000).contains(size) else {
      throw UserError(
        .configuration, found: "\(path) has more than a million members",
        expected: "fewer", action: "shorten the lists of [grid] or count of [random]")
    }
    return choices + StudyAxis.product(all)
  }
}
