import CoppiceTensors

/// A method that is a tableau: a file of its own says which.
public protocol TableauMethod: SDEMethod {
  /// The numbers.
  static var tableau: Tableau { get }
}

extension TableauMethod {
  /// Whether the tableau has an integral over time.
  public var needsArea: Bool { Self.tableau.columns.contains(.timeIntegral) }

  /// Steps are remembered; the adjoint equation is for methods that treat drift and diffusion alike.
  public var adjoints: [Adjoint] {
    Self.tableau.treatsAlike && Calculus.self == Stratonovich.self
      ? [.backpropagation, .continuous] : [.backpropagation]
  }

  /// What steps through one panel.
  public func makeIntegrator<Fields: VectorFields>(
    for fields: Fields, panel: Int, adjoint: Adjoint?, stepCount: Int
  ) -> any PanelIntegrator<Fields.Scalar> where Fields.Calculus == Calculus {
    TableauIntegrator(
      fields: fields, tableau: Self.tableau, panel: panel, adjoint: adjoint, stepCount: stepCount)
  }
}
