public import CoppiceTensors

/// An environment that a catalogue can list: it has a name, a line about itself, and options.
public protocol ConfigurableEnvironment: Environment, SendableMetatype {
  /// The options.
  associatedtype Configuration: EnvironmentConfiguration

  /// What the environment is called, Gymnasium's name where it has one: `Pendulum-v1`.
  static var id: String { get }

  /// What there is to do, in a phrase.
  static var summary: String { get }

  /// What an environment with these options sees and can do, without making one.
  static func specification(_ configuration: Configuration) -> EnvironmentSpecification

  /// An environment before its first episode.
  ///
  /// - Throws: `UserError` of kind `missing` when something is not installed.
  init(_ configuration: Configuration) throws(UserError)
}
