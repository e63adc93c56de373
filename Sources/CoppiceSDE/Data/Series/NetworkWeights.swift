import CoppiceNetworks
public import CoppiceRandom
public import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How single weights of small networks move while they are trained: a value at the beginning and one after each
/// epoch.
///
/// Every network is a perceptron with one hidden layer of tanh units that learns to tell the three arms of a noisy
/// spiral in the plane apart, by stochastic gradient descent on batches of 32 points. The points are the same for all
/// networks of a key; each has initial weights and an order of batches of its own. The weights of a network, without
/// its biases, are ``weightsPerNetwork`` paths in a row, those of the hidden layer first.
///
/// Computed in double precision and in plain loops, so that paths do not depend on the instructions of a machine.
///
/// ## Source
/// The weights of Kidger, Foster, Li, Oberhauser, Lyons 2021, "Neural SDEs as Infinite-Dimensional GANs", arXiv
/// 2102.03657, where they are those of small convolutional networks on MNIST.
/// **Differences**: the networks and their task are smaller, so that both are made on the spot; the sizes are our
/// choice.
public struct NetworkWeights: SeriesGenerator, Equatable {
  /// How many hidden units a network has.
  public var hiddenUnits = 16
  /// How many points of the spiral there are to learn from.
  public var pointCount = 192
  /// How far the points scatter about their arm, in radians.
  public var scatter = 0.25
  /// How many times a network sees all points.
  public var epochCount = 63
  /// The learning rate.
  public var learningRate = 0.2
  /// The momentum, in [0, 1).
  public var momentum = 0.0

  /// 64 values of each of the 80 weights of a network.
  public init() {}

  /// How many paths come of one network.
  public var weightsPerNetwork: Int { hiddenUnits * (2 + armCount) }

  /// Paths with one channel at the times 0, 1, …: the number of epochs that a network has seen.
  ///
  /// - Throws: `UserError` of kind `configuration` when a parameter makes no sense, or a weight leaves the range of
  ///   numbers.
  /// - Complexity: one training for every ``weightsPerNetwork`` paths.
  public func paths(count: Int, key: RandomKey) throws(UserError) -> PathSet {
    try check()
    let task = SpiralTask(self, key: key.split("task"))
    let networks = key.split("networks")
    var (last, history) = (-1, [[Double]]())
    return try fill(
      count: count, times: (0...epochCount).map { Double($0) },
      channelNames: PathSet.names(channelCount: 1), key: key
    ) { (number, _, path) in
      let network = number / weightsPerNetwork
      if network != last {
        let training = WeightTraining(self, task: task, key: networks.split(network))
        (last, history) = (network, training.run { $0.weights })
      }
      for epoch in history.indices { path[epoch] = history[epoch][number % weightsPerNetwork] }
    }
  }

  /// The mean loss of network `index` over all points, before the training and after each epoch: log 3 is what
  /// guessing has.
  ///
  /// - Throws: As ``paths(count:key:)``.
  public func losses(ofNetwork index: Int, key: RandomKey) throws(UserError) -> [Double] {
    try check()
    let task = SpiralTask(self, key: key.split("task"))
    let training = WeightTraining(self, task: task, key: key.split("networks").split(index))
    return training.run { $0.meanLoss }
  }

  private func check() throws(UserError) {
    guard hiddenUnits > 0, pointCount > 0, epochCount > 0 else {
      throw UserError(
        .configuration,
        found: "\(hiddenUnits) hidden units, \(pointCount) points and \(epochCount) epochs",
        expected: "at least one of each", action: "change them")
    }
    guard learningRate > 0, learningRate.isFinite, (0..<1).contains(momentum), scatter.isFinite
    else {
      throw UserError(
        .configuration,
        found: "learning rate \(learningRate), momentum \(momentum), scatter \(scatter)",
        expected: "a positive rate, a momentum from 0 to below 1 and a finite scatter",
        action: "change them")
    }
  }
}

/// How many classes the points have.
private let armCount = 3

/// The points of a spiral and the arms that they lie on.
private struct SpiralTask {
  let points: [(x: Double, y: Double)]
  let arms: [Int]

  init(_ series: NetworkWeights, key: RandomKey) {
    var random = key.stream()
    var points: [(x: Double, y: Double)] = []
    arms = (0..<series.pointCount).map { $0 % armCount }
    for arm in arms {
      let radius = random.nextUniform(0.1, 1)
      let angle =
        2 * Double.pi * Double(arm) / Double(armCount) + 3 * radius
        + series.scatter * random.nextNormal()
      points.append((2 * radius * cos(angle), 2 * radius * sin(angle)))
    }
    self.points = points
  }
}

/// The training of one network, and what its weights and its loss are meanwhile.
private final class WeightTraining {
  private let series: NetworkWeights
  private let task: SpiralTask
  private let network: MLP<Double>
  private let optimiser: MomentumSGD<Double>
  private let trace: MLPTrace<Double>
  private let input = Panels<Double>(featureCount: 2, sampleCount: panelWidth)
  private let goal = Panels<Double>(featureCount: 1, sampleCount: panelWidth)
  private var order: [Int]
  private var random: RandomStream

  init(_ series: NetworkWeights, task: SpiralTask, key: RandomKey) {
    (self.series, self.task) = (series, task)
    network = MLP(
      sizes: [2, series.hiddenUnits, armCount], hiddenActivation: .tanh,
      key: key.split("weights"))
    trace = MLPTrace(for: network, sampleCount: panelWidth)
    var configuration = MomentumSGD<Double>.Configuration()
    configuration.momentum = series.momentum
    optimiser = MomentumSGD(network: network, configuration: configuration)
    order = Array(task.points.indices)
    random = key.split("order").stream()
  }

  /// What `look` finds before the first epoch and after each.
  func run<Value>(_ look: (WeightTraining) -> Value) -> [Value] {
    var found = [look(self)]
    for _ in 0..<series.epochCount {
      shuffle()
      for start in stride(from: 0, to: order.count, by: 32) {
        learn(from: start..<min(start + 32, order.count))
      }
      found.append(look(self))
    }
    return found
  }

  var weights: [Double] { network.layers.flatMap { Array($0.parameters.elements) } }

  var meanLoss: Double {
    stride(from: 0, to: order.count, by: panelWidth).reduce(0) { sum, start in
      let points = start..<min(start + panelWidth, order.count)
      return sum + loss(of: points) * Double(points.count) / Double(order.count)
    }
  }

  private func shuffle() {
    for last in order.indices.dropFirst().reversed() {
      order.swapAt(last, random.nextIndex(below: last + 1))
    }
  }

  /// The mean loss of some places of the order; its gradient is left with the outputs.
  private func loss(of places: Range<Int>) -> Double {
    for (lane, place) in places.enumerated() {
      let point = order[place]
      input[sample: lane, feature: 0] = task.points[point].x
      input[sample: lane, feature: 1] = task.points[point].y
      goal[sample: lane, feature: 0] = Double(task.arms[point])
    }
    network.forward(panels: 0..<1, input: input.run, trace: trace)
    return SoftmaxCrossEntropy(sampleCount: places.count).loss(
      panel: 0, prediction: trace.output, goal: goal, gradient: trace.outputGradient)
  }

  private func learn(from places: Range<Int>) {
    _ = loss(of: places)
    network.backward(panels: 0..<1, trace: trace)
    network.prepareWeightGradients(panels: 0..<1, input: input.run, trace: trace)
    network.backwardWeights(part: .whole, input: input.run, trace: trace)
    optimiser.advance(learningRate: series.learningRate)
    optimiser.step(part: .whole, averaging: nil, rate: 0)
    network.refresh()
  }
}
