/// What a report knows of a run: its settings and what it recorded.
public struct ReportRun: Sendable, Equatable {
  /// One evaluation.
  public struct Evaluation: Sendable, Equatable {
    /// The environment step.
    public var step: Int
    /// The mean return over its episodes.
    public var meanReturn: Double
    /// Wall-clock seconds of training until then, where they are known.
    public var seconds: Double?

    /// An evaluation from its parts.
    public init(step: Int, meanReturn: Double, seconds: Double? = nil) {
      self.step = step
      self.meanReturn = meanReturn
      self.seconds = seconds
    }
  }

  /// A number that a run measured while it trained.
  public struct Measurement: Sendable, Equatable {
    /// The environment step.
    public var step: Int
    /// What was measured.
    public var value: Double

    /// A measurement from its parts.
    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// Where it lies.
  public var path: String
  /// The world.
  public var environment: String
  /// What learned.
  public var algorithm: String
  /// Which weights were kept.
  public var sparsity: String
  /// The number that all randomness is from.
  public var seed: UInt64
  /// Environment steps that were asked for.
  public var totalSteps: Int
  /// Settings that decide results, by name, but those above.
  public var settings: [String: String] = [:]
  /// Settings without influence on results, by name.
  public var circumstances: [String: String] = [:]
  /// Its evaluations, by step.
  public var evaluations: [Evaluation] = []
  /// What else it measured, by the name that logs have for it, by step.
  public var measurements: [String: [Measurement]] = [:]
  /// Wall-clock seconds of training in all, where they are known.
  public var seconds: Double?

  /// A run that recorded nothing yet.
  ///
  /// - Parameters:
  ///   - path: Where it lies.
  ///   - environment: The world.
  ///   - algorithm: What learned.
  ///   - sparsity: Which weights were kept.
  ///   - seed: The number that all randomness is from.
  ///   - totalSteps: Environment steps that were asked for.
  public init(
    path: String, environment: String, algorithm: String, sparsity: String, seed: UInt64,
    totalSteps: Int
  ) {
    self.path = path
    self.environment = environment
    self.algorithm = algorithm
    self.sparsity = sparsity
    self.seed = seed
    self.totalSteps = totalSteps
  }

  /// The mean return of the last ten evaluations; nothing without any.
  public var finalReturn: Double? {
    FinalReturn.of(evaluations.map { ($0.step, $0.meanReturn) })
  }
}

/// A measurement that a report draws over the environment steps.
public struct ReportMetric: Sendable, Equatable {
  /// The section that it stands in.
  public var section: String
  /// What its files are called.
  public var name: String
  /// What stands above the figure.
  public var title: String
  /// The vertical axis, with its unit.
  public var axis: String
  /// What logs call it; of several the mean is drawn.
  public var keys: [String]
  /// What it says, one sentence.
  public var meaning: String

  /// A measurement from its parts.
  ///
  /// - Parameters:
  ///   - section: The section that it stands in.
  ///   - name: What its files are called.
  ///   - title: What stands above the figure.
  ///   - axis: The vertical axis, with its unit.
  ///   - keys: What logs call it; of several the mean is drawn.
  ///   - meaning: What it says, one sentence.
  public init(
    section: String, name: String, title: String, axis: String, keys: [String], meaning: String
  ) {
    self.section = section
    self.name = name
    self.title = title
    self.axis = axis
    self.keys = keys
    self.meaning = meaning
  }
}
