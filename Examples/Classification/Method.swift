import Coppice

/// One way to make the classifier sparse.
///
/// All prune the hidden layers alone, to the same number of weights. The three that choose rank the
/// weights of both layers together, on the same schedule, so that they differ in the gradients of pruned
/// weights and in nothing else.
enum Method: String, CaseIterable {
  case dense
  case staticMask = "static"
  case gradualPruning = "gmp"
  case straightThrough = "dpf"
  case dcil

  /// The rule for a training of `steps` updates.
  func rule(sparsity: Double, steps: Int) throws -> (any TopologyRule)? {
    let request = SparsityRequest(sparsity: sparsity, horizon: steps)
    let growth = RevisionSchedule(interval: 16, end: 0.75)
    switch self {
    case .dense: return nil
    case .staticMask:
      var configuration = Static.defaults
      configuration.allocation.maskOutputLayer = false
      return try Static(configuration, for: request)
    case .gradualPruning:
      var configuration = GradualPruning.defaults
      configuration.allocation.maskOutputLayer = false
      configuration.schedule = growth
      configuration.scope = .global
      return try GradualPruning(configuration, for: request)
    case .straightThrough:
      var configuration = DynamicPruning.defaults
      configuration.growth = growth
      return try DynamicPruning(configuration, for: request)
    case .dcil:
      var configuration = DCIL.defaults
      configuration.growth = growth
      return try DCIL(configuration, for: request)
    }
  }
}

/// What came of one training.
struct Outcome {
  var method: Method
  var seed: Int
  /// The fraction of zeros that was asked for.
  var asked: Double
  /// The fraction of zeros in the hidden layers at the end.
  var sparsity: Double
  /// The fraction of test samples that the sparse network got right, at the end.
  var accuracy: Double
  /// The mean change of the accuracy from one epoch to the next, over the last quarter.
  var unrest: Double
}

extension Method {
  /// Trains a classifier, and says how it did; nothing is chosen by the test samples.
  func train(on task: Task, seed: Int, sparsity: Double, epochs: Int) throws -> Outcome {
    let batch = 128
    let stepsPerEpoch = task.training.count / batch
    var optimiser = MomentumSGD<Float>.Configuration()
    optimiser.weightDecay = 1e-4
    let classifier = SupervisedLearner<Float>(
      sizes: [Task.inputCount, 128, 128, Task.classCount],
      loss: SoftmaxCrossEntropy(sampleCount: batch),
      rule: try rule(sparsity: sparsity, steps: epochs * stepsPerEpoch),
      key: RandomKey(seed: UInt64(seed)).split("learner")
    ) { MomentumSGD(network: $0, configuration: optimiser) }
    var accuracies: [Double] = []
    for epoch in 0..<epochs {
      let progress = Double(epoch) / Double(epochs)
      let rate = 0.1 * (progress < 0.5 ? 1 : progress < 0.75 ? 0.1 : 0.01)
      for _ in 0..<stepsPerEpoch { try classifier.update(from: task.training, learningRate: rate) }
      accuracies.append(try classifier.accuracy(on: task.test))
    }
    let last = accuracies.suffix(max(2, epochs / 4))
    let changes = zip(last, last.dropFirst()).map { abs($0 - $1) }
    let hidden = classifier.network.layers.dropLast()
    let kept = hidden.reduce(0) { $0 + $1.keptCount }
    let all = hidden.reduce(0) { $0 + $1.shape.weightCount }
    return Outcome(
      method: self, seed: seed, asked: sparsity, sparsity: 1 - Double(kept) / Double(all),
      accuracy: accuracies.last ?? 0,
      unrest: changes.reduce(0, +) / Double(max(1, changes.count)))
  }
}
