import CoppiceNetworks
public import CoppiceTensors

extension SupervisedLearner {
  /// What the sparse network gives for every sample: `[N, O]`.
  ///
  /// - Throws: `UserError` of kind `configuration` when the data do not fit the network.
  public func predictions(for data: LabelledData<Scalar>) throws(UserError) -> [Scalar] {
    try check(data)
    let outputCount = network.outputCount
    var predictions = [Scalar](repeating: 0, count: data.count * outputCount)
    for first in stride(from: 0, to: data.count, by: batchSize) {
      let samples = first..<min(data.count, first + batchSize)
      predict(samples, of: data)
      for sample in samples {
        for output in 0..<outputCount {
          predictions[sample * outputCount + output] =
            traces[0].output[sample: sample - first, feature: output]
        }
      }
    }
    return predictions
  }

  /// The fraction of samples whose class the sparse network scores highest.
  ///
  /// - Throws: `UserError` of kind `configuration` when the data do not fit the network, or have no
  ///   classes.
  public func accuracy(on data: LabelledData<Scalar>) throws(UserError) -> Double {
    guard data.classCount != nil else {
      throw UserError(
        .configuration, found: "data with numbers as goals", expected: "classes",
        action: "compare the predictions with the goals")
    }
    let predictions = try predictions(for: data)
    let outputCount = network.outputCount
    var right = 0
    for sample in 0..<data.count {
      let scores = predictions[(sample * outputCount)..<((sample + 1) * outputCount)]
      var best = scores.startIndex
      for place in scores.indices where scores[place] > scores[best] { best = place }
      if Scalar(best - scores.startIndex) == data.firstGoal(of: sample) { right += 1 }
    }
    return Double(right) / Double(data.count)
  }

  /// The outputs of consecutive samples, at most a batch, in the first trace.
  private func predict(_ samples: Range<Int>, of data: LabelledData<Scalar>) {
    for sample in samples {
      let place = sample - samples.lowerBound
      data.copy(
        sample: sample, panel: place / panelWidth, lane: place % panelWidth, inputs: inputs,
        goals: goals)
    }
    network.forward(
      panels: 0..<panelCountFor(samples: samples.count), input: inputs.run, trace: traces[0])
  }

  /// Checks that `data` are made for the network.
  func check(_ data: LabelledData<Scalar>) throws(UserError) {
    let classes = data.classCount ?? network.outputCount
    guard data.inputCount == network.inputCount, data.goalCount == goals.featureCount,
      classes == network.outputCount, (data.classCount != nil) == loss.scoresClasses
    else {
      let kind = data.classCount.map { "\($0) classes" } ?? "\(data.goalCount) goals"
      let wanted =
        loss.scoresClasses
        ? "\(network.outputCount) classes" : "\(goals.featureCount) goals that are numbers"
      throw UserError(
        .configuration, found: "samples of \(data.inputCount) inputs and \(kind)",
        expected: "\(network.inputCount) inputs and \(wanted)",
        action: "make the network, its loss and the data for each other")
    }
  }
}
