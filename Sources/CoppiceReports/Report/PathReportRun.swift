/// The training of a model of paths, with everything that a report says of it.
public struct PathReportRun: Sendable {
  /// Its folder.
  public var path: String
  /// After how many updates its paths were sampled.
  public var step: Int
  /// How many were to be made.
  public var totalSteps: Int
  /// Seconds of training; nothing where none were logged.
  public var seconds: Double?
  /// Every setting, as TOML writes it.
  public var settings: [String: String]
  /// What updates found: losses.
  public var losses: [Curve] = []
  /// What evaluations found: distances.
  public var distances: [Curve] = []
  /// Quantiles of each channel.
  public var fans: [Fan] = []
  /// Densities of channels at some times.
  public var marginals: [Marginal] = []
  /// Distances of samples, and of real paths, from those that were held back.
  public var scores: [Score] = []

  /// A run of which nothing else is known.
  public init(
    path: String, step: Int, totalSteps: Int, seconds: Double?, settings: [String: String]
  ) {
    (self.path, self.step, self.totalSteps) = (path, step, totalSteps)
    (self.seconds, self.settings) = (seconds, settings)
  }

  /// A number over the course of training.
  public struct Curve: Sendable {
    /// What it is: `loss`.
    public var name: String
    /// When it was found: the update, seconds of training, and the number.
    public var points: [(step: Int, seconds: Double, value: Double)]

    /// A curve from its parts.
    public init(_ name: String, _ points: [(step: Int, seconds: Double, value: Double)]) {
      (self.name, self.points) = (name, points)
    }
  }

  /// Quantiles of sampled and of real paths over time, for one channel.
  public struct Fan: Sendable {
    /// 5, 25, 50, 75 and 95 %.
    public static let levels = [0.05, 0.25, 0.5, 0.75, 0.95]

    /// The channel.
    public var channel: String
    /// Of real paths: the time and a number for each level.
    public var real: [(time: Double, quantiles: [Double])]
    /// Of sampled paths.
    public var samples: [(time: Double, quantiles: [Double])]

    /// A fan from its parts.
    public init(
      channel: String, real: [(time: Double, quantiles: [Double])],
      samples: [(time: Double, quantiles: [Double])]
    ) {
      (self.channel, self.real, self.samples) = (channel, real, samples)
    }
  }

  /// The densities of sampled and of real values at one time, for one channel.
  public struct Marginal: Sendable {
    /// The channel.
    public var channel: String
    /// The time, as the data have it.
    public var time: Double
    /// Values.
    public var values: [Double]
    /// The density of real paths at each of them.
    public var real: [Double]
    /// That of sampled paths.
    public var samples: [Double]

    /// Densities from their parts.
    public init(
      channel: String, time: Double, values: [Double], real: [Double], samples: [Double]
    ) {
      (self.channel, self.time, self.values) = (channel, time, values)
      (self.real, self.samples) = (real, samples)
    }
  }

  /// A distance.
  public struct Score: Sendable {
    /// What it is: `signature-mmd`.
    public var name: String
    /// Of sampled paths.
    public var samples: Double
    /// Of real ones.
    public var real: Double

    /// A score from its parts.
    public init(name: String, samples: Double, real: Double) {
      (self.name, self.samples, self.real) = (name, samples, real)
    }
  }
}
