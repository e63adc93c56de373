import CoppiceNetworks
import CoppiceTensors
import Foundation

/// A gated recurrent unit, written out for one sequence of plain numbers.
struct PlainGatedRecurrentUnit {
  /// `[3 H, I]`, `[2 H, H]` and `[H, H]`.
  let weights: [[Double]]
  /// `[3 H]`.
  let bias: [Double]
  let units: Int
  let inputs: Int

  init<Scalar: NetworkScalar>(_ unit: GatedRecurrentUnit<Scalar>) {
    weights = unit.layers.map { $0.denseWeights().map(Double.init) }
    bias = unit.layers[0].bias.elements.map(Double.init)
    (units, inputs) = (unit.unitCount, unit.inputCount)
  }

  /// The state that follows on `state` where `x` is read.
  func step(_ x: [Double], _ state: [Double]) -> [Double] {
    func row(_ layer: Int, _ row: Int, _ vector: [Double]) -> Double {
      vector.indices.reduce(0) { $0 + weights[layer][row * vector.count + $1] * vector[$1] }
    }
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let all = 0..<units
    let reset = all.map { sigmoid(row(0, $0, x) + bias[$0] + row(1, $0, state)) }
    let update = all.map { unit in
      sigmoid(row(0, units + unit, x) + bias[units + unit] + row(1, units + unit, state))
    }
    let seen = all.map { reset[$0] * state[$0] }
    return all.map { unit in
      let candidate = tanh(
        row(0, 2 * units + unit, x) + bias[2 * units + unit] + row(2, unit, seen))
      return update[unit] * state[unit] + (1 - update[unit]) * candidate
    }
  }
}
