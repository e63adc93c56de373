import CoppiceNetworks
import CoppiceTensors

/// A dense perceptron on plain arrays, one sample at a time: the oracle for the fast one.
struct PlainMLP {
  var weights: [[[Double]]]
  var biases: [[Double]]

  init(_ network: MLP<Float>) {
    weights = network.layers.map { layer in
      (0..<layer.shape.outputs).map { row in
        (0..<layer.shape.inputs).map {
          Double(layer.parameters[row * layer.shape.inputs + $0])
        }
      }
    }
    biases = network.layers.map { $0.bias.elements.map(Double.init) }
  }

  /// The inputs of every layer, then the outputs of the network.
  func activations(_ input: [Double]) -> [[Double]] {
    var all = [input]
    for layer in weights.indices {
      let last = layer == weights.count - 1
      all.append(
        weights[layer].indices.map { row in
          let sum = zip(weights[layer][row], all[layer]).reduce(biases[layer][row]) {
            $0 + $1.0 * $1.1
          }
          return last ? sum : max(0, sum)
        })
    }
    return all
  }

  func callAsFunction(_ input: [Double]) -> [Double] { activations(input)[weights.count] }

  /// Adds the gradients of one sample; returns the gradient of the input.
  func backward(_ all: [[Double]], _ slope: [Double], into sum: inout PlainMLP) -> [Double] {
    var delta = slope
    for layer in weights.indices.reversed() {
      var below = [Double](repeating: 0, count: all[layer].count)
      for row in weights[layer].indices {
        sum.biases[layer][row] += delta[row]
        for column in below.indices {
          sum.weights[layer][row][column] += delta[row] * all[layer][column]
          below[column] += delta[row] * weights[layer][row][column]
        }
      }
      if layer > 0 { for index in below.indices where all[layer][index] <= 0 { below[index] = 0 } }
      delta = below
    }
    return delta
  }

  /// Combines all parameters with those of another network, one by one.
  mutating func combine(_ other: PlainMLP, _ body: (Double, Double) -> Double) {
    for layer in weights.indices {
      for row in weights[layer].indices {
        biases[layer][row] = body(biases[layer][row], other.biases[layer][row])
        for column in weights[layer][row].indices {
          weights[layer][row][column] = body(
            weights[layer][row][column], other.weights[layer][row][column])
        }
      }
    }
  }

  func zero() -> PlainMLP {
    var copy = self
    copy.combine(self) { _, _ in 0 }
    return copy
  }

  func largestDifference(to other: PlainMLP) -> Double {
    var difference = 0.0
    var copy = self
    copy.combine(other) {
      difference = max(difference, abs($0 - $1))
      return $0
    }
    return difference
  }

  func largestDifference(to network: MLP<Float>) -> Double {
    largestDifference(to: PlainMLP(network))
  }
}
