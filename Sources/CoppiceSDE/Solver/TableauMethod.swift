import CoppiceTensors

/// A method that is a tableau: a file of its own says which.
public protocol TableauMethod: SDEMethod {
  /// The numbers.
  static var tableau: Tableau { get }
  /// What a step is compared with to estimate its error; nothing unless a method says otherwise.
  static var difference: Tableau.Difference? { get }
}

extension TableauMethod {
  /// Nothing.
  public static var difference: Tableau.Difference? { nil }

  /// Where there is a difference, it falls with the step's length to the power 1, and 1½ for additive noise.
  public func errorEstimate(for noise: NoiseStructure) -> ErrorEstimate {
    Self.difference == nil
      ? .absent(because: "its steps come without a second result to compare them with")
      : .ofOrder(noise == .additive ? 1.5 : 1)
  }

  /// Whether the tableau has an integral over time.
  public var needsArea: Bool { Self.tableau.columns.contains(.timeIntegral) }

  /// Steps are remembered; the adjoint equation is for methods that treat drift and diffusion alike.
  public var adjoints: [Adjoint] {
    Self.tableau.treatsAlike && Calculus.self == Stratonovich.self
      ? [.backpropagation, .continuous] : [.backpropagation]
  }

  /// What steps through one panel.
  public func makeIntegrator<Fields: VectorFields>(
    for fields: Fields, panel: Int, adjoint: Adjoint?, stepCount: Int, keptBytes: Int
  ) -> any PanelIntegrator<Fields.Scalar> where Fields.Calculus == Calculus {
    TableauIntegrator(
      fields: fields, tableau: Self.tableau, difference: Self.difference, panel: panel,
      adjoint: adjoint, stepCount: stepCount, keptBytes: keptBytes)
  }
}
