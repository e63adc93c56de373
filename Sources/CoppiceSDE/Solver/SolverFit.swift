import CoppiceTensors

/// Refuses a method that forbids the noise of an equation, or lacks the way back that is wanted.
func checkFit<Fields: VectorFields, Method: SDEMethod>(
  _ fields: Fields, method: Method, adjoint: Adjoint?
) throws(UserError) {
  if method.strongOrder(for: fields.noise) == nil {
    let allowed = NoiseStructure.allCases.filter { method.strongOrder(for: $0) != nil }
    throw UserError(
      .configuration, found: "method \"\(method.name)\" for \(fields.noise.rawValue) noise",
      expected: "\(allowed.map(\.rawValue).joined(separator: " or ")) noise",
      action: "choose another method")
  }
  if method.needsDerivatives, !fields.hasGradients {
    throw UserError(
      .configuration, found: "method \"\(method.name)\" for fields without derivatives",
      expected: "fields that can be pulled back",
      action: "give their derivatives, or choose a method of differences")
  }
  guard let adjoint else { return }
  if !method.adjoints.contains(adjoint) {
    let offered = method.adjoints.map(\.rawValue).joined(separator: " or ")
    throw UserError(
      .configuration, found: "adjoint \"\(adjoint.rawValue)\" of method \"\(method.name)\"",
      expected: offered.isEmpty ? "none, for it offers no gradients" : offered,
      action: "choose another adjoint or method")
  }
  if !fields.hasGradients {
    throw UserError(
      .configuration, found: "an adjoint of fields without derivatives",
      expected: "fields that can be pulled back",
      action: "give their derivatives, or solve without an adjoint")
  }
}

/// Refuses driving paths that do not fit the equation.
func checkFit<Fields: VectorFields, Method: SDEMethod>(
  _ paths: [any DrivingPath<Fields.Scalar>], method: Method, fields: Fields, panelCount: Int,
  span: ClosedRange<Double>
) throws(UserError) {
  guard paths.count == panelCount, paths.allSatisfy({ $0.panelCount == 1 }) else {
    throw UserError(
      .configuration, found: "\(paths.count) driving paths",
      expected: "one of a panel for each of \(panelCount) panels of samples",
      action: "make the paths for the same number of samples")
  }
  for path in paths {
    guard path.channelCount == fields.channelCount else {
      throw UserError(
        .configuration, found: "a driving path of \(path.channelCount) channels",
        expected: "\(fields.channelCount), as the diffusion has",
        action: "make the path with as many channels")
    }
    guard path.hasArea || !method.needsArea else {
      throw UserError(
        .configuration, found: "a driving path without areas",
        expected: "one with space-time Lévy areas, which \(method.name) uses",
        action: "make the path with hasArea: true")
    }
    guard path.span.lowerBound <= span.lowerBound, span.upperBound <= path.span.upperBound else {
      throw UserError(
        .configuration,
        found: "a driving path from \(path.span.lowerBound) to \(path.span.upperBound)",
        expected: "one that covers \(span.lowerBound) to \(span.upperBound)",
        action: "make the path for the whole solution")
    }
  }
}
