public import CoppiceRandom
public import CoppiceTensors

/// Which source of Brownian motion a solver gets, and whose noise it is.
public struct BrownianMotion: Sendable {
  /// The members.
  public enum Source: String, Sendable, Codable, CaseIterable {
    /// ``BrownianInterval``, divided where it is asked.
    case interval
    /// ``BrownianInterval``, divided in halves: the path depends on the keys alone.
    case halves
    /// ``VirtualBrownianTree``.
    case tree
    /// ``BrownianIncrements``.
    case increments
  }

  /// A key for each sample; assign others and call ``redraw(_:from:paths:forgettingDivisions:)`` for the next batch.
  public let keys: SampleKeys
  /// Which source.
  public let source: Source

  /// Brownian motion for the samples of `keys`.
  public init(keys: SampleKeys, source: Source = .interval) {
    self.keys = keys
    self.source = source
  }

  /// A path for each panel, as a solver of `fields` wants them.
  ///
  /// - Parameters:
  ///   - fields: The equation.
  ///   - times: Where the solver will stop; the paths span them.
  ///   - hasArea: Whether areas will be asked for.
  /// - Returns: As many paths as the keys fill panels.
  /// - Precondition: A virtual tree has no areas.
  public func paths<Fields: VectorFields>(
    for fields: Fields, times: [Double], hasArea: Bool = false
  ) -> [any DrivingPath<Fields.Scalar>] {
    paths(Fields.Scalar.self, channelCount: fields.channelCount, times: times, hasArea: hasArea)
  }

  /// A path of `channelCount` channels for each panel.
  public func paths<Scalar: NetworkScalar>(
    _: Scalar.Type, channelCount: Int, times: [Double], hasArea: Bool = false
  ) -> [any DrivingPath<Scalar>] {
    let span = times[0]...times[times.count - 1]
    let shortest = zip(times, times.dropFirst()).map { $1 - $0 }.min() ?? 1
    return (0..<keys.panelCount).map { panel -> any DrivingPath<Scalar> in
      let own = keys.panel(panel)
      switch source {
      case .interval:
        return BrownianInterval<Scalar>(
          keys: own, channelCount: channelCount, span: span, hasArea: hasArea)
      case .halves:
        return BrownianInterval<Scalar>(
          keys: own, channelCount: channelCount, span: span, hasArea: hasArea,
          division: .halves(tolerance: shortest / 2))
      case .tree:
        return VirtualBrownianTree<Scalar>(
          keys: own, channelCount: channelCount, span: span, tolerance: shortest / 2)
      case .increments:
        return BrownianIncrements<Scalar>(
          keys: own, channelCount: channelCount, times: times, hasArea: hasArea)
      }
    }
  }

  /// Gives the samples the keys `key.split(first)`, `key.split(first + 1)`, … and makes `paths` follow.
  ///
  /// - Parameters:
  ///   - key: Whose parts they are.
  ///   - first: The number of the first part.
  ///   - paths: Paths of these keys.
  ///   - forgettingDivisions: As of ``BrownianInterval/redraw(forgettingDivisions:)``, for adaptive steps.
  public func redraw<Scalar: NetworkScalar>(
    _ key: RandomKey, from first: Int = 0, paths: [any DrivingPath<Scalar>],
    forgettingDivisions: Bool = false
  ) {
    keys.assign(splitting: key, from: first)
    for path in paths {
      (path as? BrownianInterval<Scalar>)?.redraw(forgettingDivisions: forgettingDivisions)
    }
  }
}
