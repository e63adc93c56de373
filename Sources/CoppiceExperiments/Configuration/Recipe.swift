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
}
