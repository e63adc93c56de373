package import CoppiceNetworks
import CoppiceTensors

/// How the weights of a discriminator are kept small.
///
/// ## Source
/// Kidger, Foster, Li, Lyons 2021, "Efficient and Accurate Gradients for Neural SDEs", section 5.
public enum WeightClipping: String, Sendable, Codable, CaseIterable {
  /// To ±1 / outputs of a layer: columns of |W| sum to at most 1, so that the layer is 1-Lipschitz in the
  /// sum of magnitudes.
  case outputs
  /// To ±1 / inputs: rows sum to at most 1, and the layer is 1-Lipschitz in the largest magnitude.
  case inputs
  /// Not at all.
  case none

  /// Clamps the weights of `network`; biases are left alone.
  package func apply(to network: MLP<Float>) {
    guard self != .none else { return }
    for layer in network.layers {
      let bound = 1 / Float(self == .outputs ? layer.shape.outputs : layer.shape.inputs)
      for index in 0..<layer.parameterCount {
        layer.parameters.pointer[index] = min(bound, max(-bound, layer.parameters.pointer[index]))
      }
    }
    network.refresh()
  }
}
