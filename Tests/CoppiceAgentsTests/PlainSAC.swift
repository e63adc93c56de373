import CoppiceAgents
import CoppiceNetworks
import CoppiceRandom
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Soft actor-critic as the paper's algorithm says it, sample by sample, in double precision.
struct PlainSAC {
  /// The actor, then the critics.
  var networks: [PlainMLP]
  var targets: [PlainMLP]
  var logTemperature: Double
  private var moments: [(first: PlainMLP, second: PlainMLP)]
  private var temperatureMoments = (first: 0.0, second: 0.0)
  private var stepCount = 0
  private let configuration: SAC.Configuration
  private let observations: Int
  private let actions: Int

  init(_ agent: SAC) {
    configuration = agent.configuration
    networks = ([agent.actor] + agent.critics).map { PlainMLP($0.network) }
    targets = agent.critics.map { PlainMLP($0.target ?? $0.network) }
    logTemperature = log(agent.temperature)
    moments = networks.map { ($0.zero(), $0.zero()) }
    observations = agent.actor.network.inputCount
    actions = agent.actor.network.outputCount / 2
  }

  var temperature: Double { exp(logTemperature) }

  /// a = tanh(μ + σ ε) and log π(a) by the density of a normal and the derivative of tanh.
  func sample(_ outputs: [Double], _ noise: [Double]) -> (actions: [Double], logDensity: Double) {
    var sampled: [Double] = []
    var logDensity = 0.0
    for index in 0..<actions {
      let sigma = exp(logSigma(outputs[actions + index]))
      let action = tanh(outputs[index] + sigma * noise[index])
      sampled.append(action)
      let density = exp(-noise[index] * noise[index] / 2) / (sigma * (2 * Double.pi).squareRoot())
      logDensity += log(density / (1 - action * action))
    }
    return (sampled, logDensity)
  }

  private func logSigma(_ raw: Double) -> Double {
    min(configuration.largestLogDeviation, max(configuration.smallestLogDeviation, raw))
  }

  /// E[α log π − min Q] over a batch of states.
  func actorLoss(_ actor: PlainMLP, states: [[Double]], noise: [[Double]]) -> Double {
    var sum = 0.0
    for (state, noise) in zip(states, noise) {
      let (action, logDensity) = sample(actor(state), noise)
      sum +=
        temperature * logDensity
        - min(networks[1](state + action)[0], networks[2](state + action)[0])
    }
    return sum / Double(states.count)
  }

  /// The gradient of ``actorLoss(_:states:noise:)`` with the chain rule written out, and E[log π].
  func actorGradient(
    states: [[Double]], noise: [[Double]]
  ) -> (gradient: PlainMLP, meanLogDensity: Double) {
    var gradient = networks[0].zero()
    var unused = networks[1].zero()
    var densities = 0.0
    let share = 1 / Double(states.count)
    for (state, noise) in zip(states, noise) {
      let all = networks[0].activations(state)
      let outputs = all[all.count - 1]
      let (action, logDensity) = sample(outputs, noise)
      densities += logDensity * share
      let values = [1, 2].map { networks[$0].activations(state + action) }
      let smaller = values[1][values[1].count - 1][0] < values[0][values[0].count - 1][0] ? 1 : 0
      let slopes = networks[1 + smaller].backward(values[smaller], [-share], into: &unused)
      var through = [Double](repeating: 0, count: 2 * actions)
      for index in 0..<actions {
        let raw = outputs[actions + index]
        let spread = exp(logSigma(raw)) * noise[index]
        through[index] =
          slopes[observations + index] * (1 - action[index] * action[index])
          + share * temperature * 2 * action[index]
        through[actions + index] =
          logSigma(raw) == raw ? through[index] * spread - share * temperature : 0
      }
      _ = networks[0].backward(all, through, into: &gradient)
    }
    return (gradient, densities)
  }

  mutating func update(from batch: TransitionBatch, step: Int, key: RandomKey) {
    let count = batch.sampleCount
    let inputs = (0..<count).map { sample in
      (0..<(observations + actions)).map { Double(batch.inputs[sample: sample, feature: $0]) }
    }
    let noises = [0, 1].map { noise(batch, draw: $0, key: key) }
    let goals = (0..<count).map { sample -> Double in
      let next = (0..<observations).map { Double(batch.nextInputs[sample: sample, feature: $0]) }
      let (action, logDensity) = self.sample(networks[0](next), noises[0][sample])
      let value = min(targets[0](next + action)[0], targets[1](next + action)[0])
      let reward = Double(batch.outcomes[sample: sample, feature: 0])
      let continues = Double(batch.outcomes[sample: sample, feature: 1])
      return reward + configuration.discount * continues * (value - temperature * logDensity)
    }
    stepCount += 1
    for index in [1, 2] {
      var gradient = networks[index].zero()
      for (input, goal) in zip(inputs, goals) {
        let all = networks[index].activations(input)
        let slope = 2 * (all[all.count - 1][0] - goal) / Double(count)
        _ = networks[index].backward(all, [slope], into: &gradient)
      }
      descend(index, gradient, configuration.criticLearningRate)
    }
    let (gradient, meanLogDensity) = actorGradient(
      states: inputs.map { Array($0[0..<observations]) }, noise: noises[1])
    descend(0, gradient, configuration.actorLearningRate)
    adjustTemperature(meanLogDensity)
    guard step % configuration.targetUpdateInterval == 0 else { return }
    for index in targets.indices {
      targets[index].combine(networks[index + 1]) {
        configuration.targetUpdateRate * $1 + (1 - configuration.targetUpdateRate) * $0
      }
    }
  }

  /// The normals of the first or the second draw of an update, `[B][A]`.
  func noise(_ batch: TransitionBatch, draw: Int, key: RandomKey) -> [[Double]] {
    let panel = actions * panelWidth
    let all = AlignedBuffer<Float>(count: 2 * batch.panelCount * panel)
    KernelArithmetic.fastest.fillNormal(
      key: key.bits, counter: 0, count: all.count, into: all.pointer)
    return (0..<batch.sampleCount).map { sample in
      (0..<actions).map { action in
        let block = draw * batch.panelCount + sample / panelWidth
        return Double(all[block * panel + action * panelWidth + sample % panelWidth])
      }
    }
  }

  private mutating func adjustTemperature(_ meanLogDensity: Double) {
    guard configuration.learnsTemperature else { return }
    let gradient = -(meanLogDensity + configuration.targetEntropyPerAction * Double(actions))
    temperatureMoments.first = 0.9 * temperatureMoments.first + 0.1 * gradient
    temperatureMoments.second = 0.999 * temperatureMoments.second + 0.001 * gradient * gradient
    let (first, second) = (
      temperatureMoments.first / (1 - pow(0.9, Double(stepCount))),
      temperatureMoments.second / (1 - pow(0.999, Double(stepCount)))
    )
    logTemperature -=
      configuration.temperatureLearningRate * first / (second.squareRoot() + 1e-8)
  }

  private mutating func descend(_ index: Int, _ gradient: PlainMLP, _ rate: Double) {
    let adam = configuration.adam
    moments[index].first.combine(gradient) { adam.firstDecay * $0 + (1 - adam.firstDecay) * $1 }
    moments[index].second.combine(gradient) {
      adam.secondDecay * $0 + (1 - adam.secondDecay) * $1 * $1
    }
    let corrections = [adam.firstDecay, adam.secondDecay].map { 1 - pow($0, Double(stepCount)) }
    var move = moments[index].first
    move.combine(moments[index].second) {
      $0 / corrections[0] / (($1 / corrections[1]).squareRoot() + adam.epsilon)
    }
    networks[index].combine(move) { $0 - rate * $1 }
  }
}
