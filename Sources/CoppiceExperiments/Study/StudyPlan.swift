import CoppiceSparsity
import CoppiceTensors

/// The members of a study as they come together.
struct StudyPlan {
  /// Settings of every member, as a recipe has them.
  let settings: StructuredValue
  /// Where the study is from, for messages.
  let path: String

  private(set) var members: [StudyMember] = []
  private(set) var recipes: [String: String] = [:]
  private var places: [String: String] = [:]
  private var numbers: [[UInt8]: Int] = [:]
  private var nameCounts: [String: Int] = [:]

  init(settings: StructuredValue, path: String) {
    self.settings = settings
    self.path = path
  }

  /// Adds the member that `choice` describes.
  ///
  /// - Throws: `UserError` that names the member, when it makes no sense or is there already.
  mutating func add(_ choice: StudyChoice, locate: (String) -> String) throws(UserError) {
    let number = members.count + 1
    let configuration: RunConfiguration
    do throws(UserError) {
      configuration = try resolve(settings.merging(choice.value), locate)
      try configuration.checkNames()
    } catch {
      let found =
        members.isEmpty && choice.label == nil ? error.found : "member \(number): \(error.found)"
      throw UserError(
        error.kind, found: found, expected: error.expected, action: error.action)
    }
    let name = unused(Self.name(configuration, choice.label))
    if let other = numbers.updateValue(number, forKey: try JSONText.encode(configuration)) {
      throw UserError(
        .configuration, found: "members \(other) and \(number) of \(path) are the same",
        expected: "members that differ (\(members[other - 1].name))",
        action: "take one of them out")
    }
    members.append(
      StudyMember(
        number: number, name: name, configuration: configuration, settings: choice.settings))
  }

  private mutating func resolve(
    _ values: StructuredValue, _ locate: (String) -> String
  ) throws(UserError) -> RunConfiguration {
    var values = values
    let recipe = try takeText("recipe", from: &values)
    return try RunConfiguration.resolve(
      algorithm: try text("algorithm", in: values),
      environment: try text("environment", in: values),
      recipe: try recipe.map { (recipe) throws(UserError) in try self.recipe(recipe, locate) },
      flags: values, from: path)
  }

  /// What to call a recipe: its name where it comes with Coppice, else its file, which is kept.
  private mutating func recipe(
    _ recipe: String, _ locate: (String) -> String
  ) throws(UserError) -> String {
    guard RecipeCatalogue.recipe(called: recipe, for: nil) == nil,
      recipe.contains("/") || recipe.hasSuffix(".toml")
    else { return recipe }
    let place = locate(recipe)
    let name = Self.fileName(recipe)
    if let other = places.updateValue(place, forKey: name), other != place {
      throw UserError(
        .configuration, found: "two recipes called \(name) (\(other), \(place))",
        expected: "different names", action: "rename one of them")
    }
    if recipes[name] == nil { recipes[name] = try TextFile.readTOML(place) }
    return place
  }

  /// The last part of a path.
  static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private func takeText(
    _ name: String, from values: inout StructuredValue
  ) throws(UserError) -> String? {
    let value = try text(name, in: values)
    values[name] = nil
    return value
  }

  private func text(_ name: String, in values: StructuredValue) throws(UserError) -> String? {
    switch values[name] {
    case nil: return nil
    case .string(let value): return value
    case .some(let value):
      throw UserError(
        .configuration, found: "\(name) is \(value.kind)", expected: "text",
        action: "change the study")
    }
  }

  private static func name(_ configuration: RunConfiguration, _ label: String?) -> String {
    ([
      configuration.environment, configuration.algorithm, configuration.sparsity.spelling,
      "s\(configuration.seed)",
    ].map(RunFolder.fileNameSafe) + [label].compactMap { $0 }).joined(separator: "-")
  }

  /// `name`, or that with a number where it is taken: values may look alike in names.
  private mutating func unused(_ name: String) -> String {
    // disks have limits, too
    let name = String(name.prefix(180))
    let count = nameCounts[name, default: 0] + 1
    nameCounts[name] = count
    return count == 1 ? name : unused("\(name)-v\(count)")
  }
}

extension RunConfiguration {
  /// Checks what can be checked quickly and without making the environment or the agent: that everything
  /// that it names exists.
  fileprivate func checkNames() throws(UserError) {
    _ = try arithmetic()
    _ = try AlgorithmCatalogue.standard.entry(algorithm)
    _ = try ActionMap(try specification())
    _ = try sparsityChoice()
  }
}
