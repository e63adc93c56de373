import CoppiceTensors

/// Measures how groups do, step by step, and sums it up for the game.
///
/// ```swift
/// let measurement = WorldMeasurement(of: episode.world)
/// while !episode.isFinished {
///   choose(episode)
///   episode.step()
///   measurement.take()  // what happened is known until the dead are cleared
///   episode.clearDead()
/// }
/// let hits = measurement.summary(of: 3, group: 0)
/// ```
///
/// ## Randomness
/// None. The numbers are the same bits for any number of threads.
///
/// ## Cost
/// O(`N`) for each step, and a search for the nearest enemy of each agent, which the world's threads share. Taking
/// allocates nothing with the measures of ``WorldMeasure/standard``.
public final class WorldMeasurement {
  /// What is measured.
  public let measures: [WorldMeasure]
  private let step: MeasuredStep
  /// `[groups, measures]`: of the last step, and of all steps since the beginning.
  private let last: AlignedBuffer<SIMD2<Double>>
  private let sums: AlignedBuffer<SIMD2<Double>>

  /// Measures of `world` from where it stands.
  public init(of world: GridWorld, _ measures: [WorldMeasure] = WorldMeasure.standard) {
    self.measures = measures
    step = MeasuredStep(world)
    last = AlignedBuffer(count: world.groups.count * measures.count)
    sums = AlignedBuffer(count: last.count)
    step.begin()
  }

  /// The world that is measured.
  public var world: GridWorld { step.world }

  /// Begins anew, after the world was reset.
  public func begin() {
    last.zero()
    sums.zero()
    step.begin()
  }

  /// Measures the step that was just done.
  ///
  /// - Precondition: The dead are not cleared yet.
  public func take() {
    step.refresh()
    for group in world.groups.indices {
      for (index, measure) in measures.enumerated() {
        let measured = measure.measure(step, group)
        let place = group * measures.count + index
        last.pointer[place] = SIMD2(measured.total, measured.count)
        sums.pointer[place] += last.pointer[place]
      }
    }
    step.begin()
  }

  /// The number of a group in the last step; nothing where nothing was there to be counted.
  public func value(of measure: Int, group: Int) -> Double? {
    let measured = last[group * measures.count + measure]
    return Measured(measured.x, per: measured.y).value
  }

  /// The number of a group for all steps since the beginning, as the measure sums it up; nothing where nothing was
  /// there to be counted.
  public func summary(of measure: Int, group: Int) -> Double? {
    let sum = sums[group * measures.count + measure]
    guard sum.y > 0 else { return nil }
    return measures[measure].summary == .total ? sum.x : sum.x / sum.y
  }
}
