import CoppiceAgents
import CoppiceNetworks
import CoppiceReplay
import CoppiceSparsity
import CoppiceTensors

/// TD3 as the paper's algorithm says it, sample by sample and without target noise.
struct PlainTD3 {
  var networks: [(online: PlainMLP, target: PlainMLP)]
  private var moments: [(first: PlainMLP, second: PlainMLP)]
  private var steps = [0, 0, 0]
  private let configuration: TD3.Configuration
  private let observations: Int
  private let actions: Int

  init(_ agent: TD3) {
    configuration = agent.configuration
    networks = ([agent.actor] + agent.critics).map {
      (PlainMLP($0.network), PlainMLP($0.target ?? $0.network))
    }
    moments = networks.map { ($0.online.zero(), $0.online.zero()) }
    observations = agent.actor.network.inputCount
    actions = agent.actor.network.outputCount
  }

  mutating func update(from batch: TransitionBatch, step: Int) {
    let count = batch.sampleCount
    let inputs = (0..<count).map { sample in
      (0..<(observations + actions)).map { Double(batch.inputs[sample: sample, feature: $0]) }
    }
    let goals = (0..<count).map { sample -> Double in
      let next = (0..<observations).map { Double(batch.nextInputs[sample: sample, feature: $0]) }
      let action = networks[0].target(next).map(hyperbolicTangent)
      let values = [1, 2].map { networks[$0].target(next + action)[0] }
      let reward = Double(batch.outcomes[sample: sample, feature: 0])
      let continues = Double(batch.outcomes[sample: sample, feature: 1])
      return reward + configuration.discount * continues * min(values[0], values[1])
    }
    for index in [1, 2] {
      var gradient = networks[index].online.zero()
      for (input, goal) in zip(inputs, goals) {
        let all = networks[index].online.activations(input)
        let slope = 2 * (all[all.count - 1][0] - goal) / Double(count)
        _ = networks[index].online.backward(all, [slope], into: &gradient)
      }
      descend(index, gradient, configuration.criticLearningRate)
    }
    guard step % configuration.policyDelay == 0 else { return }
    var gradient = networks[0].online.zero()
    var unused = networks[1].online.zero()
    for input in inputs {
      let state = Array(input[0..<observations])
      let all = networks[0].online.activations(state)
      let action = all[all.count - 1].map(hyperbolicTangent)
      let value = networks[1].online.activations(state + action)
      let slope = networks[1].online.backward(value, [-1 / Double(count)], into: &unused)
      let through = zip(slope[observations...], action).map { $0 * (1 - $1 * $1) }
      _ = networks[0].online.backward(all, through, into: &gradient)
    }
    descend(0, gradient, configuration.actorLearningRate)
    for index in networks.indices {
      let online = networks[index].online
      networks[index].target.combine(online) {
        configuration.targetUpdateRate * $1 + (1 - configuration.targetUpdateRate) * $0
      }
    }
  }

  private mutating func descend(_ index: Int, _ gradient: PlainMLP, _ rate: Double) {
    steps[index] += 1
    let adam = configuration.adam
    var slope = networks[index].online
    slope.combine(gradient) { adam.weightDecay * $0 + $1 }
    moments[index].first.combine(slope) { adam.firstDecay * $0 + (1 - adam.firstDecay) * $1 }
    moments[index].second.combine(slope) {
      adam.secondDecay * $0 + (1 - adam.secondDecay) * $1 * $1
    }
    let corrections = [adam.firstDecay, adam.secondDecay].map { decay in
      1 - (0..<steps[index]).reduce(1.0) { product, _ in product * decay }
    }
    var move = moments[index].first
    move.combine(moments[index].second) {
      $0 / corrections[0] / (($1 / corrections[1]).squareRoot() + adam.epsilon)
    }
    networks[index].online.combine(move) { $0 - rate * $1 }
  }

  private func hyperbolicTangent(_ x: Double) -> Double {
    var result = 0.0
    withUnsafePointer(to: x) {
      PlainArithmetic<Double>().tanh(count: 1, scale: 1, input: $0, output: &result)
    }
    return result
  }
}
