public import CoppiceRandom
public import CoppiceReports
import CoppiceSDE
public import CoppiceTensors

/// Reports of models of paths, from their run folders.
public enum PathReport {
  /// A report of `models`.
  ///
  /// - Parameters:
  ///   - models: The models, in the order in which they are shown.
  ///   - count: How many paths are sampled of each.
  ///   - key: Their noise.
  /// - Returns: The report; the same runs and key give the same bytes.
  /// - Throws: `UserError` when a log cannot be read, or a model makes no numbers.
  public static func make(
    _ models: [TrainedPathModel], paths count: Int, key: RandomKey
  ) throws(UserError) -> Report {
    var runs: [PathReportRun] = []
    for model in models { runs.append(try run(of: model, count, key)) }
    let names = models.map(\.settings.data).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return try Report(title: "Paths of \(names.joined(separator: ", "))", paths: runs)
  }

  private static func run(
    of model: TrainedPathModel, _ count: Int, _ key: RandomKey
  ) throws(UserError) -> PathReportRun {
    let settings = try StructuredValue(encoding: model.settings).flattened()
    var run = PathReportRun(
      path: model.folder.path, step: model.step, totalSteps: model.settings.steps, seconds: nil,
      settings: settings.mapValues(TOMLText.inline))
    try readLog(model.folder.metricsPath, into: &run)
    let samples = try model.sample(count, key: key.split("samples"))
    let evaluation = try PathEvaluation(
      of: samples, by: model, averaged: nil, key: key, PathMetricCatalogue.standard.quick)
    run.scores = evaluation.metrics.map {
      PathReportRun.Score(name: $0.name, samples: $0.samples, real: $0.real)
    }
    let data = model.data
    let real = try PathSet(
      times: data.training.times, channelNames: data.training.channelNames,
      values: data.training.values + data.heldOut.values)
    for channel in 0..<min(real.channelCount, channelLimit) {
      run.fans.append(
        PathReportRun.Fan(
          channel: real.channelNames[channel], real: real.quantiles(ofChannel: channel),
          samples: samples.quantiles(ofChannel: channel)))
      for time in shownTimes(real) {
        if let marginal = marginal(real, samples, time: time, channel: channel) {
          run.marginals.append(marginal)
        }
      }
    }
    return run
  }

  /// The most channels that have figures.
  private static let channelLimit = 6

  private static func readLog(_ path: String, into run: inout PathReportRun) throws(UserError) {
    let lines: [[String: StructuredValue]] = try JSONLines.read(path)
    var seconds = 0.0
    var (losses, distances): ([PathReportRun.Curve], [PathReportRun.Curve]) = ([], [])
    func add(
      _ name: String, _ step: Int, _ value: Double, to curves: inout [PathReportRun.Curve]
    ) {
      let index = curves.firstIndex { $0.name == name } ?? curves.count
      if index == curves.count { curves.append(.init(name, [])) }
      curves[index].points.append((step, seconds, value))
    }
    for line in lines {
      guard case .integer(let step)? = line["step"] else { continue }
      if let own = line["seconds"]?.double { seconds += own }
      for (name, value) in line.sorted(by: { $0.key < $1.key }) {
        guard name != "step", name != "seconds", let value = value.double else { continue }
        let prefix = "evaluation/"
        if name.hasPrefix(prefix) {
          add(String(name.dropFirst(prefix.count)), step, value, to: &distances)
        } else {
          add(name, step, value, to: &losses)
        }
      }
    }
    (run.losses, run.distances) = (losses, distances)
    run.seconds = seconds > 0 ? seconds : nil
  }

  /// The times whose marginals are shown: of 64 those at 6, 19, 32, 44 and 57, as in Kidger, Foster, Li, Oberhauser,
  /// Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs".
  private static func shownTimes(_ paths: PathSet) -> [Int] {
    var times: [Int] = []
    for share in [0.1, 0.3, 0.5, 0.7, 0.9] {
      let time = Int((share * Double(paths.timeCount - 1)).rounded())
      if !times.contains(time) { times.append(time) }
    }
    return times
  }

  private static func marginal(
    _ real: PathSet, _ samples: PathSet, time: Int, channel: Int
  ) -> PathReportRun.Marginal? {
    let first = KernelDensity(real.marginal(time: time, channel: channel))
    let second = KernelDensity(samples.marginal(time: time, channel: channel))
    guard let first, let second else { return nil }
    let (low, high) = (min(first.low, second.low), max(first.high, second.high))
    let values = (0..<120).map { low + (high - low) * Double($0) / 119 }
    return PathReportRun.Marginal(
      channel: real.channelNames[channel], time: real.times[time], values: values,
      real: values.map(first.callAsFunction), samples: values.map(second.callAsFunction))
  }
}

extension StructuredValue {
  /// The number, whole or not.
  fileprivate var double: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}

extension PathSet {
  /// The levels of a fan at each time at which the channel has values.
  fileprivate func quantiles(
    ofChannel channel: Int
  ) -> [(time: Double, quantiles: [Double])] {
    times.indices.compactMap { time in
      let values = marginal(time: time, channel: channel).sorted()
      guard !values.isEmpty else { return nil }
      return (
        times[time],
        PathReportRun.Fan.levels.map { level in
          let place = level * Double(values.count - 1)
          let index = min(Int(place), values.count - 1)
          let next = min(index + 1, values.count - 1)
          let share = place - Double(index)
          return Double(values[index]) * (1 - share) + Double(values[next]) * share
        }
      )
    }
  }
}
