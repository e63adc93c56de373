public import CoppiceRandom
public import CoppiceTensors

/// A way to say how near sampled paths are to real ones.
public protocol PathMetric: Sendable {
  /// What it is called: `signature-mmd`.
  var name: String { get }
  /// What it is, in a phrase, with its unit and what is good.
  var summary: String { get }
  /// Whether something is trained to find it: then it takes minutes, and is left out while a model trains.
  var learns: Bool { get }

  /// The distances of `samples` from `real`.
  ///
  /// - Parameters:
  ///   - samples: Paths of a model.
  ///   - real: Paths that the model has not seen, at the same times; they may have gaps.
  ///   - key: For metrics that draw something.
  ///   - pool: Whose threads may share the work.
  /// - Returns: One number or several; smaller is nearer. Always the same names.
  /// - Throws: `UserError` of kind `configuration` where the sets cannot be compared.
  func measure(
    _ samples: PathSet, against real: PathSet, key: RandomKey, pool: WorkerPool
  ) throws(UserError) -> [PathMeasurement]
}
