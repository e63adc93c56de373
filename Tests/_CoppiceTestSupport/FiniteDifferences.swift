package import CoppiceRandom
package import CoppiceTensors

/// The largest difference between a written gradient and central differences, relative to the
/// largest gradient.
///
/// - Parameters:
///   - parameters: The numbers to vary; restored afterwards.
///   - count: How many of them, from the first.
///   - gradient: ∂ loss / ∂ parameters as the backward pass gave it.
///   - loss: The loss with the parameters as they are.
/// - Returns: 0 for a gradient without an error.
package func finiteDifferenceError(
  parameters: AlignedBuffer<Double>, count: Int, gradient: [Double], loss: () -> Double
) -> Double {
  let step = 1e-6
  var worst = 0.0
  var largest = 1e-12
  for index in 0..<count {
    let value = parameters[index]
    parameters[index] = value + step
    let above = loss()
    parameters[index] = value - step
    let below = loss()
    parameters[index] = value
    worst = max(worst, abs((above - below) / (2 * step) - gradient[index]))
    largest = max(largest, abs(gradient[index]))
  }
  return worst / largest
}

/// Panels of standard normal numbers.
package func normalPanels<Scalar: NetworkScalar>(
  featureCount: Int, sampleCount: Int, key: RandomKey
) -> Panels<Scalar> {
  let panels = Panels<Scalar>(featureCount: featureCount, sampleCount: sampleCount)
  var random = key.stream()
  for sample in 0..<sampleCount {
    for feature in 0..<featureCount {
      panels[sample: sample, feature: feature] = Scalar(random.nextNormal())
    }
  }
  return panels
}

/// A random mask that keeps about `density` of the weights, and at least one.
package func randomMask(_ shape: LayerShape, density: Double, key: RandomKey) -> [UInt8] {
  var random = key.stream()
  var mask = (0..<shape.weightCount).map { _ in random.nextUniform() < density ? UInt8(1) : 0 }
  if !mask.contains(1) { mask[0] = 1 }
  return mask
}
