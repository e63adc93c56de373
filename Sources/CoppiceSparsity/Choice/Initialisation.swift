public import CoppiceRandom
public import CoppiceTensors

/// What the initial weights of sparse layers are.
public enum Initialisation: String, Codable, Sendable, CaseIterable {
  /// Those of the dense layer.
  case dense
  /// Those of the dense layer divided by the root of the layer's density, which makes up for the lost
  /// fan-in.
  case scaled
  /// Uniform in ±√(6 / (kept inputs of the row + kept outputs of the column)), weight by weight.
  ///
  /// ## Source
  /// Evci, Ioannou, Keskin, Dauphin 2022, "Gradient Flow in Sparse Neural Networks and How Lottery
  /// Tickets Win", in the variance-scaling form of the RigL code.
  case sparsityAware = "sparsity-aware"

  /// Overwrites the weights of layers whose first masks are written.
  ///
  /// - Parameters:
  ///   - layers: The sparse layers.
  ///   - key: The new weights, where they are drawn.
  public func apply<Scalar: NetworkScalar>(to layers: [LayerView<Scalar>], key: RandomKey) {
    for layer in layers {
      switch self {
      case .dense: break
      case .scaled: scale(layer)
      case .sparsityAware: draw(layer, key: key.split("initialisation").split(layer.site.index))
      }
    }
  }

  private func scale<Scalar: NetworkScalar>(_ layer: LayerView<Scalar>) {
    let density = Double(layer.keptCount) / Double(layer.shape.weightCount)
    guard density > 0 else { return }
    let factor = Scalar(1 / density.squareRoot())
    for index in 0..<layer.weights.count { layer.weights.pointer[index] *= factor }
  }

  private func draw<Scalar: NetworkScalar>(_ layer: LayerView<Scalar>, key: RandomKey) {
    let (outputs, inputs) = (layer.shape.outputs, layer.shape.inputs)
    var rows = [Int](repeating: 0, count: outputs)
    var columns = [Int](repeating: 0, count: inputs)
    for row in 0..<outputs {
      for column in 0..<inputs where layer.mask.pointer[row * inputs + column] != 0 {
        rows[row] += 1
        columns[column] += 1
      }
    }
    var random = key.stream()
    for row in 0..<outputs {
      for column in 0..<inputs {
        let bound = (6 / Double(max(1, rows[row] + columns[column]))).squareRoot()
        let value = random.nextUniform(-bound, bound)
        layer.weights.pointer[row * inputs + column] = Scalar(value)
      }
    }
  }
}
