public import CoppiceTensors

/// The methods by their names, for equations of Stratonovich's calculus; a method of one's own is added by a
/// line.
public struct MethodCatalogue: Sendable {
  /// The members, in the order in which they are listed.
  public let methods: [any SDEMethod<Stratonovich>]

  /// A catalogue of `methods`.
  public init(_ methods: [any SDEMethod<Stratonovich>]) { self.methods = methods }

  /// The methods that come with the library.
  public static let standard = MethodCatalogue([
    ReversibleHeun(), Midpoint(), Heun(), EulerHeun(), StratonovichMilstein(),
  ])

  /// The method called `name`.
  ///
  /// - Throws: `UserError` of kind `configuration` where there is none.
  public func method(_ name: String) throws(UserError) -> any SDEMethod<Stratonovich> {
    guard let method = methods.first(where: { $0.name == name }) else {
      throw UserError(
        .configuration, found: "method \"\(name)\"",
        expected: methods.map(\.name).joined(separator: ", "), action: "choose one of these")
    }
    return method
  }
}
