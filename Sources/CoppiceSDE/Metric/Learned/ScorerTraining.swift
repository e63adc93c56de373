import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors

/// How a ``PathScorer`` is trained for a metric: fixed, so that two models can be compared.
///
/// The network is new and dense, moved by Adam. At times it is judged on paths that it does not learn from; when
/// that has not got better for a while it stops, and the best weights count.
///
/// ## Source
/// Sizes and settings are our choice: the papers that use such metrics leave theirs open.
public struct ScorerTraining: Codable, Sendable, Equatable {
  /// The networks: 32 numbers, one hidden layer of 32 units.
  public var sizes = PathScorer.Sizes()
  /// Paths of a step.
  public var batch = 256
  /// How many steps there are at most.
  public var steps = 2000
  /// Adam's learning rate.
  public var learningRate = 1e-3
  /// Which share of the paths to learn from is held back to judge by.
  public var validationShare = 0.2
  /// Steps between two judgements.
  public var judgeInterval = 50
  /// How many judgements in a row may be no better than the best before.
  public var patience = 10
  /// How the equation is solved: ``MethodCatalogue``.
  public var method = "reversible-heun"

  /// The settings above.
  public init() { (sizes.state, sizes.width) = (32, 32) }

  private enum CodingKeys: String, CodingKey {
    case sizes, batch, steps, patience, method
    case learningRate = "learning_rate"
    case validationShare = "validation_share"
    case judgeInterval = "judge_interval"
  }

  func check() throws(UserError) {
    guard batch > 0, steps > 0, judgeInterval > 0, patience > 0, learningRate > 0,
      learningRate.isFinite, sizes.state > 0, sizes.width > 0, sizes.depth > 0
    else {
      throw UserError(
        .configuration,
        found:
          "a batch of \(batch), \(steps) steps, a judgement every \(judgeInterval) with a patience of \(patience), a learning rate of \(learningRate) and networks of \(sizes.state), \(sizes.width) and \(sizes.depth)",
        expected: "positive numbers", action: "change the settings of the metric")
    }
  }
}

/// Paths to score, and what a score should be.
protocol ScorerExamples {
  var count: Int { get }
  /// Writes the path of example `number` as sample `sample`.
  func write(_ number: Int, to scorer: PathScorer, sample: Int)
  /// The loss of example `number`, and `share` times its gradients where these are wanted.
  ///
  /// Scores and gradients are `[O]`, 64 numbers apart.
  func loss(
    of number: Int, scores: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>?,
    share: Float
  ) -> Double
}

/// How long paths are to the network, whatever the unit of their times.
///
/// Much shorter ones leave bounded fields no room to gather what noise tells, much longer ones drown it: our choice.
private let span = 8.0

/// A scorer that learns from examples.
final class TrainedScorer {
  private let scorer: PathScorer
  private let training: ScorerTraining
  private let key: RandomKey

  /// A scorer of paths at `times`, all of which are stretched to one length.
  init(
    _ training: ScorerTraining, times: [Double], channelCount: Int, outputCount: Int, name: String,
    key: RandomKey, pool: WorkerPool
  ) throws(UserError) {
    try training.check()
    self.training = training
    self.key = key
    let length = times[times.count - 1] - times[0]
    scorer = try PathScorer(
      times: times.map { ($0 - times[0]) / length * span }, channelCount: channelCount,
      outputCount: outputCount, sampleCount: training.batch, sizes: training.sizes,
      method: try MethodCatalogue.standard.method(training.method), step: span,
      wantsValueGradients: false, networks: ModelNetworks { Adam(network: $0) }, name: name,
      key: key.split("scorer"), pool: pool)
  }

  /// Learns from some examples as long as others get better, and keeps the weights that were best there.
  func learn(from examples: some ScorerExamples, judgedBy others: some ScorerExamples) {
    var (best, bestLoss, failures) = (NamedTensors(), Double.infinity, 0)
    scorer.save(into: &best)
    for step in 1...training.steps {
      update(step, examples)
      guard step.isMultiple(of: training.judgeInterval) || step == training.steps else { continue }
      let loss = meanLoss(of: others)
      if loss < bestLoss {
        (best, bestLoss, failures) = (NamedTensors(), loss, 0)
        scorer.save(into: &best)
      } else {
        failures += 1
        if failures == training.patience { break }
      }
    }
    do { try scorer.restore(from: best) } catch { preconditionFailure("own weights: \(error)") }
  }

  private func update(_ step: Int, _ examples: some ScorerExamples) {
    var random = key.split("order").split(step).stream()
    let chosen = (0..<training.batch).map { _ in random.nextIndex(below: examples.count) }
    for (sample, number) in chosen.enumerated() {
      examples.write(number, to: scorer, sample: sample)
    }
    scorer.forward()
    for (sample, number) in chosen.enumerated() {
      _ = examples.loss(
        of: number, scores: scores(sample),
        gradients: scorer.scoreGradients.panel(sample / panelWidth) + sample % panelWidth,
        share: 1 / Float(training.batch))
    }
    scorer.backward()
    scorer.update(
      step: step, learningRate: training.learningRate, averages: false, clipping: .none)
  }

  private func scores(_ sample: Int) -> UnsafePointer<Float> {
    UnsafePointer(scorer.scores.panel(sample / panelWidth) + sample % panelWidth)
  }

  /// The mean loss of `examples`.
  func meanLoss(of examples: some ScorerExamples) -> Double {
    var sum = 0.0
    forEachScore(of: examples) { (number, scores) in
      sum += examples.loss(of: number, scores: scores, gradients: nil, share: 0)
    }
    return sum / Double(examples.count)
  }

  /// Calls `body` with every example's number and scores, 64 numbers apart.
  func forEachScore(
    of examples: some ScorerExamples, _ body: (Int, UnsafePointer<Float>) -> Void
  ) {
    for begin in stride(from: 0, to: examples.count, by: training.batch) {
      let part = begin..<min(begin + training.batch, examples.count)
      for number in part { examples.write(number, to: scorer, sample: number - begin) }
      scorer.forward()
      for number in part { body(number, scores(number - begin)) }
    }
  }
}

extension PathScorer {
  /// Writes path `path` of `paths`, which has no gaps, as sample `sample`.
  func write(_ path: Int, of paths: PathSet, sample: Int) {
    for time in paths.times.indices {
      let values = self.values(at: time, panel: sample / panelWidth) + sample % panelWidth
      for channel in 0..<paths.channelCount {
        values[channel * panelWidth] = paths[path: path, time: time, channel: channel]
      }
    }
  }
}
