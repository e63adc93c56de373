import CoppiceTensors

extension PathGAN.Configuration {
  /// Checks every number for paths with these times.
  ///
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  func validate(times: [Double]) throws(UserError) {
    let counts: [(name: String, value: Int, range: ClosedRange<Int>)] = [
      ("batch", batch, 1...1_048_576), ("averages_after", averagesAfter, 0...Int.max),
      ("generator.initial_noise", generator.initialNoise, 1...4096),
      ("generator.noise", generator.noise, 1...256),
      ("generator.state", generator.state, 1...4096),
      ("generator.width", generator.width, 1...4096),
      ("generator.depth", generator.depth, 1...64),
      ("discriminator.state", discriminator.state, 1...4096),
      ("discriminator.width", discriminator.width, 1...4096),
      ("discriminator.depth", discriminator.depth, 1...64),
    ]
    for (name, value, range) in counts where !range.contains(value) {
      throw UserError(
        .configuration, found: "\(name) = \(value)",
        expected: range.upperBound == .max
          ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)",
        action: "change it")
    }
    let numbers: [(name: String, value: Double)] = [
      ("generator_learning_rate", generatorLearningRate),
      ("discriminator_learning_rate", discriminatorLearningRate),
      ("weight_decay", weightDecay), ("generator.initial_scale", generator.initialScale),
      ("generator.field_scale", generator.fieldScale),
    ]
    for (name, value) in numbers where !(value >= 0 && value.isFinite) {
      throw UserError(
        .configuration, found: "\(name) = \(value)", expected: "a finite number of at least 0",
        action: "change it")
    }
    guard learningRateDecay > 0, learningRateDecay <= 1 else {
      throw UserError(
        .configuration, found: "learning_rate_decay = \(learningRateDecay)",
        expected: "above 0 and at most 1", action: "change it")
    }
    guard times.count > 1 else {
      throw UserError(
        .configuration, found: "paths with one time", expected: "at least two",
        action: "use longer paths")
    }
    let length = times[times.count - 1] - times[0]
    guard step > 0, step.isFinite, length / step <= 1_000_000 else {
      throw UserError(
        .configuration, found: "step = \(step) for paths of length \(length)",
        expected: "a positive length of time, and at most a million of them",
        action: "change it")
    }
  }
}
