public import CoppiceRandom
public import CoppiceTensors

/// Several copies of one environment that step together.
///
/// A member whose episode ends begins the next one at once: ``observations`` is always what to act
/// on next, ``stepObservations`` always what the last step led to, so the final observation of an
/// episode is never lost.
///
/// Member `i` plays its episode `e` with the key `key.split(i).split(e)`, whatever the other
/// members do.
///
/// ## Shapes
/// - `N` members, `O` numbers of an observation, `A` numbers of an action
public protocol VectorEnvironment: AnyObject, Checkpointable {
  /// What each member is called, sees and can do.
  var specification: EnvironmentSpecification { get }

  /// `N`, the number of members.
  var memberCount: Int { get }

  /// `[N, O]`: what to act on next.
  var observations: AlignedBuffer<Double> { get }

  /// `[N, O]`: what the last step led to, before any reset.
  var stepObservations: AlignedBuffer<Double> { get }

  /// `[N]`: what the last step led to, with the step limit applied.
  var outcomes: [StepOutcome] { get }

  /// `[N]`: the sum of rewards of each member's running episode; of the ended one right after an
  /// end.
  var episodeReturns: [Double] { get }

  /// `[N]`: the steps of each member's running episode; of the ended one right after an end.
  var episodeLengths: [Int] { get }

  /// Begins the first episode of every member.
  func reset(key: RandomKey) throws(UserError)

  /// Acts once in every member.
  ///
  /// - Parameter actions: `[N, A]`, within the action space.
  /// - Throws: `UserError` of kind `environment` when an observation or a reward is not finite.
  func step(actions: AlignedBuffer<Double>) throws(UserError)
}
