public import CoppiceTensors

/// How active the units of a hidden layer are over a batch, each measured by the mean of the layer.
///
/// A unit is *dormant* when it is hardly active; its weights then hardly matter and hardly learn. A unit
/// without a kept incoming weight has the same output for every input, and is counted apart.
///
/// ## Shapes
/// - `B` samples, `O` units
///
/// - Complexity: O(`B O + K`) for `K` kept weights; allocates two arrays.
///
/// ## Source
/// Sokar, Agarwal, Castro, Evci 2023, "The Dormant Neuron Phenomenon in Deep Reinforcement Learning",
/// arXiv 2302.12902, definition 3.1: the mean of |h| over the batch, divided by its mean over the layer,
/// as their code does; their text says that scores sum to one.
public struct UnitActivity: Sendable, Equatable {
  /// `[O]`: mean |h| over the batch, over the mean of all units.
  public let scores: [Double]

  /// `[O]`: whether no incoming weight of the unit is kept.
  public let isDisconnected: [Bool]

  /// The activity of the units of `layer`.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - outputs: What its rectified units gave.
  ///   - sampleCount: `B`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init<Scalar: NetworkScalar>(
    of layer: Linear<Scalar>, outputs: Panels<Scalar>, sampleCount: Int
  ) {
    var means = [Double](repeating: 0, count: layer.shape.outputs)
    for panel in 0..<outputs.panelCount {
      let live = max(0, min(panelWidth, sampleCount - panel * panelWidth))
      for unit in means.indices {
        let lanes = outputs.panel(panel, feature: unit)
        for lane in 0..<live { means[unit] += Double(abs(lanes[lane])) }
      }
    }
    for unit in means.indices { means[unit] /= Double(max(1, sampleCount)) }
    let layerMean = means.reduce(0, +) / Double(max(1, means.count))
    scores = means.map { $0 / (layerMean + 1e-9) }
    var connected = [Bool](repeating: layer.topology == nil, count: layer.shape.outputs)
    if let topology = layer.topology {
      for weight in 0..<layer.shape.weightCount where topology.keptMask.pointer[weight] != 0 {
        connected[weight / layer.shape.inputs] = true
      }
    }
    isDisconnected = connected.map { !$0 }
  }

  /// Which units are dormant: connected, and with a score of at most `threshold`.
  ///
  /// - Parameter threshold: τ; 0.025 and 0.1 are usual.
  /// - Returns: `[O]`.
  public func dormant(threshold: Double) -> [Bool] {
    zip(scores, isDisconnected).map { $0 <= threshold && !$1 }
  }
}
