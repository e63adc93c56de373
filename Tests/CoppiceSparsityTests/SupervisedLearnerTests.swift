import AllocationCounting
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

#if DEBUG
  private let isDebugBuild = true
#else
  private let isDebugBuild = false
#endif

/// Four clouds of points in twelve dimensions.
func clouds(count: Int, seed: UInt64) throws -> LabelledData<Float> {
  var (centres, samples) = (RandomKey(seed: 77).stream(), RandomKey(seed: seed).stream())
  let middles = (0..<48).map { _ in 1.5 * centres.nextNormal() }
  let classes = (0..<count).map { _ in samples.nextIndex(below: 4) }
  let inputs = classes.flatMap { number in
    (0..<12).map { Float(middles[number * 12 + $0] + samples.nextNormal()) }
  }
  return try LabelledData(inputs: inputs, inputCount: 12, classes: classes, classCount: 4)
}

@Suite("Learning from labelled samples")
struct SupervisedLearnerTests {
  static let rules = [
    "dense", "2:4", "static@75%", "set@75%", "gmp@75%", "dpf@75%", "dcil@75%",
  ]

  private func classifier(
    _ rule: String, threads: Int = 1, horizon: Int = 40, seed: UInt64 = 1
  ) throws -> SupervisedLearner<Float> {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(rule), horizon: horizon
    ).rule
    return SupervisedLearner(
      sizes: [12, 24, 20, 4], loss: SoftmaxCrossEntropy(sampleCount: 140), rule: rule,
      key: RandomKey(seed: seed), pool: WorkerPool(threadCount: threads)
    ) { MomentumSGD(network: $0) }
  }

  private func state(_ learner: SupervisedLearner<Float>) -> NamedTensors {
    var tensors = NamedTensors()
    learner.save(into: &tensors)
    return tensors
  }

  @Test("clouds of points are told apart, samples that were not seen included", arguments: rules)
  func learns(rule: String) throws {
    let learner = try classifier(rule, horizon: 300)
    let (training, test) = (try clouds(count: 500, seed: 1), try clouds(count: 500, seed: 2))
    #expect(try learner.accuracy(on: test) < 0.6)
    let first = try learner.update(from: training, learningRate: 0.05)
    for _ in 1..<300 { try learner.update(from: training, learningRate: 0.05) }
    let last = try learner.update(from: training, learningRate: 0.05)
    #expect(last < first / 4)
    #expect(try learner.accuracy(on: test) > 0.93)
  }

  @Test("numbers are learned by their squared error", arguments: ["dense", "dcil@50%"])
  func regression(rule: String) throws {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(rule), horizon: 600
    ).rule
    var random = RandomKey(seed: 3).stream()
    let inputs = (0..<1200).map { _ in Float(random.nextUniform(-1, 1)) }
    let goals = (0..<400).map { inputs[3 * $0] - 2 * abs(inputs[3 * $0 + 1]) }
    let data = try LabelledData(inputs: inputs, inputCount: 3, goals: goals, goalCount: 1)
    let learner = SupervisedLearner<Float>(
      sizes: [3, 32, 1], loss: MeanSquaredError(sampleCount: 64), rule: rule,
      key: RandomKey(seed: 4)
    ) { MomentumSGD(network: $0) }
    for _ in 0..<600 { try learner.update(from: data, learningRate: 0.02) }
    let predictions = try learner.predictions(for: data)
    let error = zip(predictions, goals).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 400
    #expect(error < 0.02)
  }

  @Test("any number of threads gives the same bits", arguments: rules)
  func threads(rule: String) throws {
    let data = try clouds(count: 500, seed: 1)
    let learners = try [1, 2, 3].map { try classifier(rule, threads: $0) }
    for _ in 0..<40 {
      let losses = try learners.map { try $0.update(from: data, learningRate: 0.05) }
      #expect(losses.allSatisfy { $0 == losses[0] })
    }
    for learner in learners.dropFirst() { #expect(state(learner) == state(learners[0])) }
  }

  @Test("a restored learner goes on with the same bits", arguments: rules)
  func resume(rule: String) throws {
    let data = try clouds(count: 500, seed: 1)
    let (straight, first) = (try classifier(rule), try classifier(rule))
    for _ in 0..<40 { try straight.update(from: data, learningRate: 0.05) }
    for _ in 0..<19 { try first.update(from: data, learningRate: 0.05) }
    let second = try classifier(rule)
    try second.restore(from: state(first))
    for _ in 19..<40 { try second.update(from: data, learningRate: 0.05) }
    #expect(state(straight) == state(second))
    #expect(state(straight) != state(first))
  }

  @Test(
    "a steady update allocates nothing", .serialized,
    .enabled(if: AllocationTally.isPossible && !isDebugBuild),
    arguments: ["dense", "2:4", "static@75%", "dpf@75%", "dcil@75%"], [1, 2])
  func allocations(rule: String, threads: Int) throws {
    let data = try clouds(count: 500, seed: 1)
    let pool = WorkerPool(threadCount: threads)
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(rule), horizon: 40
    ).rule
    let learner = SupervisedLearner<Float>(
      sizes: [12, 24, 20, 4], loss: SoftmaxCrossEntropy(sampleCount: 140), rule: rule,
      key: RandomKey(seed: 1), pool: pool
    ) { MomentumSGD(network: $0) }
    for _ in 0..<16 { try learner.update(from: data, learningRate: 0.05) }
    let made = try AllocationTally.count(of: pool) {
      for _ in 16..<31 { try learner.update(from: data, learningRate: 0.05) }
    }
    #expect(made == 0)
  }

  @Test("an epoch meets every sample once, and the next one in another order")
  func epochs() throws {
    // the bias of a network without weights that matter follows the mean goal of each batch
    let goals = (0..<8).map { Double(1 << $0) }
    let data = try LabelledData(
      inputs: [Double](repeating: 0, count: 8), inputCount: 1, goals: goals, goalCount: 1)
    let learner = SupervisedLearner<Double>(
      sizes: [1, 1], loss: MeanSquaredError(sampleCount: 1), key: RandomKey(seed: 5)
    ) { MomentumSGD(network: $0) }
    let bias = learner.network.layers[0].bias[0]
    let losses = try (0..<16).map { _ in try learner.update(from: data, learningRate: 0) }
    let met = losses.map { ($0.squareRoot() + bias).rounded() }
    #expect(met[0..<8].sorted() == goals)
    #expect(met[8..<16].sorted() == goals)
    #expect(met[0..<8] != met[8..<16])
  }

  @Test("data that do not fit are refused, and the message says why")
  func refuses() throws {
    #expect(throws: UserError.self) {
      try LabelledData<Float>(inputs: [1, 2], inputCount: 1, classes: [0, 4], classCount: 4)
    }
    #expect(throws: UserError.self) {
      try LabelledData<Float>(inputs: [1, 2, 3], inputCount: 2, classes: [0], classCount: 4)
    }
    #expect(throws: UserError.self) {
      try LabelledData<Float>(inputs: [1, .nan], inputCount: 1, goals: [0, 1], goalCount: 1)
    }
    let learner = try classifier("dense")
    let few = try clouds(count: 100, seed: 1)
    let error = #expect(throws: UserError.self) {
      try learner.update(from: few, learningRate: 0.1)
    }
    #expect(error?.description.contains("at least a batch of 140") == true)
    let other = try LabelledData<Float>(
      inputs: [Float](repeating: 0, count: 200), inputCount: 1,
      classes: [Int](repeating: 0, count: 200), classCount: 4)
    #expect(throws: UserError.self) { try learner.update(from: other, learningRate: 0.1) }
    #expect(throws: UserError.self) { try learner.accuracy(on: other) }
  }
}
