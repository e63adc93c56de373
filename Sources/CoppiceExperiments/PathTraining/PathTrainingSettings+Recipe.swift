public import CoppiceTensors

extension PathTrainingSettings {
  /// The settings that recipes and flags make together.
  ///
  /// What a later one sets overrides an earlier one: the defaults, the recipe that comes with Coppice for the model
  /// and the data (`Recipes/sde-MODEL/DATA.toml`), `recipe`, `flags`. How many paths are drawn does not carry over
  /// from a recipe of Coppice to a file, which has the paths it has.
  ///
  /// - Parameters:
  ///   - recipe: A TOML file, or the name of a recipe of a model of paths, rather of the one that flags name where
  ///     several have it; none where there is no name.
  ///   - flags: Settings by their names in files.
  /// - Returns: The whole settings.
  /// - Throws: `UserError` of kind `configuration` for anything that makes no sense, of kind `file` when the file
  ///   cannot be read.
  public static func resolve(
    recipe: String? = nil, flags: StructuredValue = .table([:])
  ) throws(UserError) -> PathTrainingSettings {
    var named = Settings()
    let preferred = Self.text("model", in: flags)
    if let recipe { try add(recipe, for: preferred, to: &named) }
    named.add(flags, from: "flags")
    let defaults = PathTrainingSettings()
    let model = Self.text("model", in: named.merged) ?? defaults.model
    let data = Self.text("data", in: named.merged) ?? defaults.data
    var settings = Settings()
    if let own = RecipeCatalogue.recipe(algorithm: "\(family)\(model)", name: data) {
      try settings.add(toml: own.text, from: own.path)
    }
    if let recipe { try add(recipe, for: preferred, to: &settings) }
    settings.add(flags, from: "flags")
    if let recipe, Self.own(recipe, for: preferred) != nil, flags["paths"] == nil,
      PathData.isFile(data)
    {
      settings.add(.table(["paths": .integer(0)]), from: "flags")
    }
    let resolved = try settings.resolve(over: defaults)
    try resolved.validate()
    return resolved
  }

  /// The settings that a run folder holds.
  static func read(_ path: String) throws(UserError) -> PathTrainingSettings {
    var value = try TOMLText.decode(try TextFile.readTOML(path), from: path)
    value[Provenance.tableName] = nil
    var settings = Settings()
    settings.add(value, from: path)
    let resolved = try settings.resolve(over: PathTrainingSettings())
    try resolved.validate()
    return resolved
  }

  /// What the folders of recipes of models of paths begin with.
  private static var family: String { "sde-" }

  /// The recipe of Coppice that is meant by a name; none where it is a file.
  private static func own(_ recipe: String, for model: String?) -> Recipe? {
    guard !Folder.exists(recipe),
      let own = RecipeCatalogue.recipe(called: recipe, for: model.map { family + $0 })
    else { return nil }
    return own.algorithm.hasPrefix(family) ? own : nil
  }

  private static func add(
    _ recipe: String, for model: String?, to settings: inout Settings
  ) throws(UserError) {
    if let own = own(recipe, for: model) {
      return try settings.add(toml: own.text, from: own.path)
    }
    guard Folder.exists(recipe) || recipe.contains("/") || recipe.hasSuffix(".toml") else {
      let names = RecipeCatalogue.recipes.filter { $0.algorithm.hasPrefix(family) }.map(\.name)
      let hint = nearestMatch(to: recipe, in: names).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration,
        found: "no recipe of a model of paths called \"\(recipe)\" and no such file",
        action: hint ?? "name a TOML file or one of \(names.joined(separator: ", "))")
    }
    var value = try TOMLText.decode(try TextFile.readTOML(recipe), from: recipe)
    if value[Provenance.tableName] == nil {
      // with its text, errors name lines
      return try settings.add(toml: try TextFile.readTOML(recipe), from: recipe)
    }
    value[Provenance.tableName] = nil
    settings.add(value, from: recipe)
  }

  private static func text(_ name: String, in settings: StructuredValue) -> String? {
    if case .string(let text)? = settings[name] { text } else { nil }
  }
}
