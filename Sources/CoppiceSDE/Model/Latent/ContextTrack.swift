public import CoppiceTensors

/// What an encoder says of some paths at each of their times, and what the loss says of that.
///
/// Between two times stands what was said at the later one: it knows the observations that are still to come,
/// and what lies before is in the state. From the last time on stands what was said there.
///
/// ## Shapes
/// - `P` panels of paths, `T` times, `K` numbers of a context
/// - contexts and gradients: `P` `T` panels `[K, 64]`, for each panel of paths from the last time to the first,
///   which is the order in which a recurrent encoder reads them
public struct ContextTrack<Scalar: NetworkScalar>: Sendable {
  /// `[T]`.
  public let times: [Double]
  /// What was said.
  public let contexts: Panels<Scalar>
  /// ∂ loss / ∂ contexts: solvers add to it.
  public let gradients: Panels<Scalar>

  /// A track from its parts.
  ///
  /// - Precondition: There is a panel for every time, and as many gradients as contexts.
  public init(times: [Double], contexts: Panels<Scalar>, gradients: Panels<Scalar>) {
    precondition(
      contexts.panelCount.isMultiple(of: times.count)
        && gradients.buffer.count == contexts.buffer.count, "a context for every time")
    (self.times, self.contexts, self.gradients) = (times, contexts, gradients)
  }

  /// `K`.
  public var contextCount: Int { contexts.featureCount }

  /// Where the context of time `index` lies, for panel `panel` of the paths.
  public func place(of index: Int, panel: Int) -> Int {
    panel * times.count + times.count - 1 - index
  }

  /// Where the context that holds at `time` lies.
  func place(at time: Double, panel: Int) -> Int {
    // how many times are not after it
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return place(of: min(low, times.count - 1), panel: panel)
  }
}
