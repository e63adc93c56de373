import AllocationCounting
import CoppiceNetworks
import CoppiceRandom
import CoppiceSDE
import CoppiceSparsity
import CoppiceTensors
import Testing

struct LatentSDETests {
  private func configuration() -> LatentSDE.Configuration {
    var configuration = LatentSDE.Configuration()
    (configuration.sizes.state, configuration.sizes.context) = (2, 4)
    (configuration.sizes.memory, configuration.sizes.width) = (6, 8)
    configuration.sizes.depth = 1
    configuration.sizes.leastDiffusion = 0.1
    configuration.batch = 70
    configuration.step = 0.5
    configuration.observationDeviation = 0.5
    configuration.annealing = 4
    return configuration
  }

  /// Two channels at irregular times, a third of the values missing.
  private func data() throws -> PathSet {
    var random = RandomKey(seed: 80).stream()
    let times = [0.0, 0.5, 1.25, 2, 2.5]
    let values = (0..<(80 * times.count * 2)).map { index in
      index % 3 == 1 ? Float.nan : Float(random.nextNormal())
    }
    return try PathSet(times: times, channelNames: ["a", "b"], values: values)
  }

  private func model(
    _ configuration: LatentSDE.Configuration, rule: (any TopologyRule)? = nil, threads: Int = 1
  ) throws -> LatentSDE {
    try LatentSDE(
      data: try data(), configuration: configuration, rule: rule, key: RandomKey(seed: 81),
      pool: WorkerPool(threadCount: threads))
  }

  private func saved(_ model: LatentSDE) -> NamedTensors {
    var tensors = NamedTensors()
    model.save(into: &tensors)
    return tensors
  }

  @Test func gradientsOfTheWholeLossAgreeWithDifferences() throws {
    let model = try self.model(configuration())
    model.choose(1)
    _ = model.evaluateLoss(weight: 0.75)
    model.pullBack(weight: 0.75)
    func loss() -> Double { model.evaluateLoss(weight: 0.75).loss }
    var largest = 0.0
    for (index, layer) in model.layers.enumerated() {
      let found = (0..<layer.parameterCount).map { layer.parameterGradient[$0] }
      // the numbers with the largest gradients, for single precision drowns small ones
      let order = found.indices.sorted { abs(found[$0]) > abs(found[$1]) }
      for element in order.prefix(3) {
        let own = layer.parameters[element]
        layer.parameters[element] = own + 4e-3
        layer.refresh()
        let above = loss()
        layer.parameters[element] = own - 4e-3
        layer.refresh()
        let expected = (above - loss()) / 8e-3
        layer.parameters[element] = own
        layer.refresh()
        let error = abs(Double(found[element]) - expected) / max(0.1, abs(expected))
        // kinks of the encoder's rectifiers, and single precision over a step of 4e-3
        #expect(error < 1e-2, "layer \(index), weight \(element): \(found[element]), \(expected)")
        largest = max(largest, abs(expected))
      }
      #expect(abs(found[order[0]]) > 1e-5, "layer \(index) learns nothing")
    }
    #expect(largest > 0.1)
  }

  @Test func aMissingValueHasNoPartInTheLikelihood() throws {
    let full = try data()
    var configuration = configuration()
    configuration.observationDeviation = 1
    let model = try LatentSDE(
      data: full, configuration: configuration, key: RandomKey(seed: 82))
    let one = try PathSet(
      times: full.times, channelNames: ["a", "b"],
      values: [1] + Array(repeating: Float.nan, count: 8) + [1])
    let found = try model.evaluate(one, key: RandomKey(seed: 83))
    let values = try model.reconstruction(of: one, drawCount: 1, key: RandomKey(seed: 83))
    // −log p of two standard normals
    let expected = [0, 9].reduce(0.0) {
      let difference = Double(values.values[$1]) - 1
      return $0 + difference * difference / 2 + 0.918_938_533_204_672_7
    }
    #expect(abs(found.reconstruction - expected) < 1e-5)
    #expect(values.missingCount == 0)
  }

  @Test func threadsAndResumingDoNotChangeABit() throws {
    let (one, two, resumed) = (
      try model(configuration()), try model(configuration(), threads: 2),
      try model(configuration())
    )
    for _ in 0..<6 { one.update() }
    for _ in 0..<4 { two.update() }
    try resumed.restore(from: saved(two))
    for _ in 0..<2 { #expect(two.update() == resumed.update()) }
    let (a, b, c) = (saved(one), saved(two), saved(resumed))
    #expect(a.names == b.names && a.names.count > 50)
    #expect(a == b && b == c)
    #expect(one.isFinite && one.stepCount == 6)
    let key = RandomKey(seed: 84)
    let (first, second) = (try one.sample(70, key: key), try two.sample(70, key: key))
    #expect(first.values == second.values)
    let seen = try data()
    #expect(
      try one.reconstruction(of: seen, drawCount: 2, key: key).values
        == two.reconstruction(of: seen, drawCount: 2, key: key).values)
  }

  @Test(arguments: ["midpoint", "heun", "euler-heun", "stratonovich-milstein"])
  func otherMethodsLearnToo(method: String) throws {
    var configuration = configuration()
    configuration.method = method
    let model = try self.model(configuration)
    let first = model.update()
    for _ in 0..<5 { model.update() }
    #expect(model.isFinite && model.update() != first)
  }

  @Test func samplesDependOnTheirKeysAlone() throws {
    let model = try self.model(configuration())
    model.update()
    let key = RandomKey(seed: 85)
    let (few, many) = (try model.sample(3, key: key), try model.sample(200, key: key))
    #expect(Array(many.values.prefix(few.values.count)) == few.values)
    #expect(few.times == [0, 0.5, 1.25, 2, 2.5] && few.channelNames == ["a", "b"])
    let later = try model.sample(3, at: [0.5, 1.25], key: key)
    #expect(later.timeCount == 2 && later.pathCount == 3)
    let noisy = try model.sample(200, observes: true, key: key)
    let differences = zip(noisy.values, many.values).map { Double($0 - $1) }
    #expect(abs(covariance(differences, differences).squareRoot() - 0.5) < 0.05)
    #expect(throws: UserError.self) { try model.sample(3, at: [-1, 1], key: key) }
    #expect(throws: UserError.self) { try model.sample(0, key: key) }
  }

  @Test func chunksDoNotChangeABit() throws {
    let model = try self.model(configuration())
    model.update()
    let one = try data()
    let many = try one.selecting((0..<1100).map { $0 % one.pathCount })
    let key = RandomKey(seed: 86)
    let found = try model.reconstruction(of: many, drawCount: 1, key: key)
    let perPath = many.timeCount * many.channelCount
    let same = try model.reconstruction(
      of: try many.selecting(0..<1024), drawCount: 1, key: key)
    #expect(Array(found.values.prefix(1024 * perPath)) == same.values)
    // in the second chunk another path stands where path 0 stood, with a key of its own
    let last = Array(found.values.suffix(perPath))
    #expect(last != Array(found.values.dropFirst(75 * perPath).prefix(perPath)))
    let isFinite = last.allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  @Test func aSparseModelKeepsItsMasks() throws {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression("2:4", methods: SparsityCatalogue.standard.methods)
    ).rule
    let model = try self.model(configuration(), rule: rule)
    for _ in 0..<3 { model.update() }
    let kept = model.layers.reduce(0) { $0 + $1.keptCount }
    let all = model.layers.reduce(0) { $0 + $1.shape.weightCount }
    #expect(kept < all * 3 / 4 && model.isFinite)
  }

  @Test(arguments: ["set", "gmp"])
  func masksThatChangeAreResumed(name: String) throws {
    let request = SparsityRequest(sparsity: 0.5, horizon: 20)
    func rule() throws -> any TopologyRule {
      if name == "set" {
        var configuration = SET.Configuration()
        configuration.schedule = RevisionSchedule(interval: 2)
        return try SET(configuration, for: request)
      }
      var configuration = GradualPruning.Configuration()
      configuration.schedule = RevisionSchedule(interval: 2)
      return try GradualPruning(configuration, for: request)
    }
    let (one, two, resumed) = (
      try self.model(configuration(), rule: try rule()),
      try self.model(configuration(), rule: try rule(), threads: 2),
      try self.model(configuration(), rule: try rule())
    )
    func masks() -> [[Float]] {
      one.layers.map { layer in layer.denseWeights().map { $0 == 0 ? 0 : 1 } }
    }
    let before = masks()
    for _ in 0..<9 { one.update() }
    #expect(masks() != before)
    for _ in 0..<5 { two.update() }
    try resumed.restore(from: saved(two))
    for _ in 0..<4 {
      two.update()
      resumed.update()
    }
    #expect(one.isFinite && saved(one) == saved(two) && saved(two) == saved(resumed))
  }

  @Test func settingsThatCannotBeAreRefused() throws {
    func refuses(_ change: (inout LatentSDE.Configuration) -> Void) throws {
      var configuration = configuration()
      change(&configuration)
      let wrong = configuration
      #expect(throws: UserError.self) { try self.model(wrong) }
    }
    try refuses { $0.batch = 0 }
    try refuses { $0.sizes.leastDiffusion = 0 }
    try refuses { $0.sizes.greatestDiffusion = 0.05 }
    try refuses { $0.sizes.driftBound = -1 }
    try refuses { $0.sizes.driftBound = .infinity }
    try refuses { $0.sizes.driftScale = -1 }
    try refuses { $0.observationDeviation = 0 }
    try refuses { $0.learningRateDecay = 1.5 }
    try refuses { $0.method = "none" }
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression("rigl@90%", methods: SparsityCatalogue.standard.methods)
    ).rule
    #expect(throws: UserError.self) { try self.model(self.configuration(), rule: rule) }
    let other = try PathSet(times: [0, 1], channelNames: ["a"], values: [0, 1])
    let model = try self.model(configuration())
    #expect(throws: UserError.self) { try model.evaluate(other, key: RandomKey(seed: 1)) }
  }

  @Test(.enabled(if: AllocationTally.isPossible))
  func stepsAllocateNothingOnceWarm() throws {
    let model = try self.model(configuration())
    for _ in 0..<5 { model.update() }
    let made = AllocationTally.count {
      model.update()
    }
    #expect(made == 0)
  }

  @Test func theBoundOfAnOrnsteinUhlenbeckProcessRises() throws {
    var process = OrnsteinUhlenbeck(.constant)
    process.times = (0...10).map(Double.init)
    let paths = try process.paths(count: 512, key: RandomKey(seed: 87))
    let data = try PathNormalisation(of: paths, over: .everyTime).apply(to: paths)
    let held = try data.selecting(0..<128)
    var configuration = LatentSDE.Configuration()
    (configuration.sizes.state, configuration.sizes.context) = (2, 8)
    (configuration.sizes.memory, configuration.sizes.width) = (16, 16)
    configuration.sizes.depth = 1
    configuration.sizes.driftBound = 1
    configuration.batch = 128
    configuration.step = 0.5
    configuration.observationDeviation = 0.2
    configuration.annealing = 100
    let model = try LatentSDE(
      data: try data.selecting(128..<512), configuration: configuration,
      key: RandomKey(seed: 88))
    let before = try model.evaluate(held, key: RandomKey(seed: 89))
    for _ in 0..<300 { model.update() }
    let after = try model.evaluate(held, key: RandomKey(seed: 89))
    #expect(after.bound > before.bound + 100)
    // what the state stands for comes near to what was held back
    let found = try model.reconstruction(of: held, key: RandomKey(seed: 90))
    let errors = zip(found.values, held.values).map { Double($0 - $1) * Double($0 - $1) }
    #expect(mean(errors) < 0.1)
    let prior = try model.sample(512, observes: true, key: RandomKey(seed: 91))
    #expect(try MarginalDistance(data, prior).mean < 0.3)
  }
}
