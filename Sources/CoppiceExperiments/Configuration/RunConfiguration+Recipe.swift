public import CoppiceTensors

extension RunConfiguration {
  /// The configuration that recipes and flags make together.
  ///
  /// What a later one sets overrides what an earlier one set: the defaults, the recipe that comes
  /// with Coppice for the algorithm and the environment, `recipe`, `flags`.
  ///
  /// - Parameters:
  ///   - algorithm: What learns; what `recipe` or `model` says, or TD3, where nothing is given.
  ///   - environment: The world; what `recipe` or `model` says, or Pendulum, where nothing is given.
  ///   - recipe: A TOML file, or the name of a recipe that comes with Coppice: `ds-td3-base`.
  ///   - flags: Settings by their names in recipes.
  ///   - source: Where the flags are from, for messages.
  ///   - model: A run whose algorithm, environment and hidden layers are taken where nothing else names them.
  /// - Returns: The whole configuration.
  /// - Throws: `UserError` of kind `configuration` for anything that makes no sense, of kind `file`
  ///   when the recipe cannot be read.
  public static func resolve(
    algorithm: String? = nil, environment: String? = nil, recipe: String? = nil,
    flags: StructuredValue = .table([:]), from source: String = "flags",
    like model: RunConfiguration? = nil
  ) throws(UserError) -> RunConfiguration {
    // what decides which recipe belongs to the run has to be known first
    var named = Settings()
    if let recipe { try add(recipe, for: algorithm, to: &named) }
    let defaults = model ?? RunConfiguration()
    let (ownAlgorithm, ownEnvironment) = (
      try text("algorithm", in: named.merged), try text("environment", in: named.merged)
    )
    let algorithm = algorithm ?? ownAlgorithm ?? defaults.algorithm
    let environment = environment ?? ownEnvironment ?? defaults.environment

    var settings = Settings()
    if let model {
      settings.add(
        .table(["hidden": .array(model.hidden.map(StructuredValue.integer))]), from: "its run")
    }
    if let own = RecipeCatalogue.recipe(algorithm: algorithm, name: environment) {
      try settings.add(toml: own.text, from: own.path)
    }
    if let recipe { try add(recipe, for: algorithm, to: &settings) }
    settings.add(
      .table(["algorithm": .string(algorithm), "environment": .string(environment)]),
      from: source)
    settings.add(flags, from: source)
    let configuration = try settings.resolve(over: RunConfiguration())
    try configuration.validate()
    return configuration
  }

  /// The configuration that `run.toml` of a run folder holds.
  package static func read(toml text: String, from path: String) throws(UserError)
    -> RunConfiguration
  {
    let value = try TOMLText.decode(text, from: path)
    guard case .table(var values) = value else { return RunConfiguration() }
    values[Provenance.tableName] = nil
    var settings = Settings()
    settings.add(.table(values), from: path)
    let configuration = try settings.resolve(over: RunConfiguration())
    try configuration.validate()
    return configuration
  }

  private static func add(
    _ recipe: String, for algorithm: String?, to settings: inout Settings
  ) throws(UserError) {
    if let bundled = RecipeCatalogue.recipe(called: recipe, for: algorithm),
      !Folder.exists(recipe)
    {
      return try settings.add(toml: bundled.text, from: bundled.path)
    }
    guard Folder.exists(recipe) || recipe.contains("/") || recipe.hasSuffix(".toml") else {
      let names = Set(RecipeCatalogue.recipes.map(\.name)).sorted()
      let hint = nearestMatch(to: recipe, in: names).map { "did you mean \"\($0)\"?" }
      throw UserError(
        .configuration, found: "no recipe called \"\(recipe)\" and no such file",
        action: hint ?? "name a TOML file or one of \(names.joined(separator: ", "))")
    }
    try settings.add(toml: try TextFile.readTOML(recipe), from: recipe)
  }

  private static func text(
    _ name: String, in settings: StructuredValue
  ) throws(UserError) -> String? {
    switch settings[name] {
    case nil: nil
    case .string(let value): value
    case .some(let value):
      throw UserError(
        .configuration, found: "\(name) is \(value.kind)", expected: "text",
        action: "change the recipe")
    }
  }
}
