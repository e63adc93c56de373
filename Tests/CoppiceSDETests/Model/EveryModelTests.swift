import CoppiceRandom
import CoppiceSDE
import CoppiceSparsity
import CoppiceTensors
import Testing

/// Settings of a model that are small where the model has them.
private struct SmallOptions: PathModelOptions {
  func resolve<Value: Codable>(over defaults: Value) throws(UserError) -> Value {
    if var configuration = defaults as? PathGAN.Configuration {
      configuration.batch = 70
      configuration.averagesAfter = 2
      return configuration as? Value ?? defaults
    }
    guard var configuration = defaults as? LatentSDE.Configuration else { return defaults }
    configuration.batch = 70
    (configuration.sizes.width, configuration.sizes.state) = (8, 2)
    return configuration as? Value ?? defaults
  }
}

@Suite("Every model of paths")
struct EveryModelTests {
  private static let names = PathModelCatalogue.standard.entries.map(\.name)
  private let data: PathSet

  init() throws {
    let paths = try OrnsteinUhlenbeck().paths(count: 90, key: RandomKey(seed: 1))
    let cut = (0..<90).flatMap { path in
      (0..<6).map { paths[path: path, time: $0, channel: 0] }
    }
    data = try PathSet(times: [0, 1, 2, 3, 4, 5], channelNames: ["level"], values: cut)
  }

  private func model(
    _ name: String, rule: (any TopologyRule)? = nil, threads: Int = 1
  ) throws -> any PathModel {
    try PathModelCatalogue.standard.entry(name).model(
      data: data, options: SmallOptions(), rule: rule, key: RandomKey(seed: 7),
      pool: WorkerPool(threadCount: threads))
  }

  private func saved(_ model: any PathModel) -> NamedTensors {
    var tensors = NamedTensors()
    model.save(into: &tensors)
    return tensors
  }

  @Test("threads and a checkpoint in between change no bit", arguments: names, ["dense", "static"])
  func goesOn(name: String, sparsity: String) throws {
    let rule = try SparsityCatalogue.standard.choice(
      for: SparsityExpression(sparsity == "dense" ? "dense" : "static@50%"), horizon: 6
    ).rule
    let straight = try model(name, rule: rule)
    let other = try model(name, rule: rule, threads: 2)
    for _ in 0..<3 { #expect(straight.update().measurements == other.update().measurements) }
    let resumed = try model(name, rule: rule)
    try resumed.restore(from: saved(other))
    #expect(resumed.stepCount == 3)
    #expect(resumed.averagedCount == straight.averagedCount)
    for _ in 0..<3 { #expect(straight.update().measurements == resumed.update().measurements) }
    let isSame = saved(straight) == saved(resumed)
    #expect(isSame)
    #expect(straight.isFinite)
    let key = RandomKey(seed: 3)
    #expect(
      try straight.sample(5, averaged: true, key: key).values
        == resumed.sample(5, averaged: true, key: key).values)
  }

  @Test(
    "more samples begin with the same ones, and the mean of the weights makes others",
    arguments: names)
  func samples(name: String) throws {
    let model = try model(name)
    let key = RandomKey(seed: 5)
    for _ in 0..<4 { model.update() }
    let few = try model.sample(3, averaged: false, key: key)
    let many = try model.sample(300, averaged: false, key: key)
    #expect(few.times == data.times && few.channelNames == ["level"])
    #expect(Array(many.values.prefix(few.values.count)) == few.values)
    #expect(many.pathCount == 300 && many.missingCount == 0)
    #expect(Set(many.values.suffix(6)) != Set(few.values.suffix(6)))
    if model.averagedCount > 0 {
      #expect(try model.sample(3, averaged: true, key: key).values != few.values)
    }
    #expect(
      try model.sample(3, averaged: false, key: RandomKey(seed: 6)).values != few.values)
  }

  @Test("a weight that is not finite is noticed", arguments: names)
  func notFinite(name: String) throws {
    let model = try model(name)
    var tensors = saved(model)
    let weight = try #require(tensors.names.first { $0.hasSuffix("weight") })
    var values: [Float] = try tensors.get(weight)
    values[0] = .nan
    tensors.set(weight, values, shape: tensors[weight]?.shape)
    try model.restore(from: tensors)
    #expect(!model.isFinite)
  }

  @Test("an unknown model is named with the nearest one")
  func unknown() {
    let error = #expect(throws: UserError.self) { try PathModelCatalogue.standard.entry("gam") }
    #expect(error?.kind == .configuration)
    #expect(error?.action == "did you mean \"gan\"?")
  }

  @Test(
    "settings of a GAN that make no sense are named",
    arguments: [
      "batch", "step", "generator.width", "discriminator.depth", "weight_decay", "rk4",
      "general noise",
    ])
  func refusals(word: String) throws {
    var configuration = PathGAN.Configuration()
    switch word {
    case "batch": configuration.batch = 0
    case "step": configuration.step = 1e-9
    case "generator.width": configuration.generator.width = 0
    case "discriminator.depth": configuration.discriminator.depth = -1
    case "weight_decay": configuration.weightDecay = .nan
    case "rk4": configuration.method = "rk4"
    default: configuration.method = "stratonovich-milstein"
    }
    let error = #expect(throws: UserError.self) {
      try PathGAN(data: data, configuration: configuration, key: RandomKey(seed: 1))
    }
    #expect(error?.kind == .configuration)
    #expect(error?.description.contains(word) == true)
  }
}
