/// Settings that suit one algorithm and one environment, as a TOML file that comes with Coppice.
public struct Recipe: Sendable, Equatable {
  /// The algorithm.
  public let algorithm: String
  /// The environment, or what the recipe is for.
  public let name: String
  /// The TOML.
  public let text: String

  /// Where the file lies in the package.
  public var path: String { "Recipes/\(algorithm)/\(name).toml" }
}

extension RecipeCatalogue {
  /// The recipe of `algorithm` called `name`, if there is one.
  public static func recipe(algorithm: String, name: String) -> Recipe? {
    recipes.first { $0.algorithm == algorithm && $0.name == name }
  }

  /// The recipe that a person means by `name`: its path, the algorithm and its name with a slash between, or its name
  /// alone.
  ///
  /// Several algorithms may have a recipe of one name; that of `algorithm` goes before that of TD3, and
  /// that before others.
  static func recipe(called name: String, for algorithm: String?) -> Recipe? {
    let preferred = [algorithm, RunConfiguration().algorithm].compactMap { $0 }
    return recipes.first { $0.path == name || "\($0.algorithm)/\($0.name)" == name }
      ?? preferred.compactMap { recipe(algorithm: $0, name: name) }.first
      ?? recipes.first { $0.name == name }
  }
}
