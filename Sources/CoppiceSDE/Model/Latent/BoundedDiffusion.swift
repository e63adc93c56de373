public import CoppiceNetworks
public import CoppiceTensors

/// A diagonal diffusion that stays within two positive bounds: a network for each number of the state.
///
/// g(i) = m + r tanh N(i)(z(i), t), where m and r are the middle and half the width of the range: a scaled
/// logistic function. As g(i) depends on z(i) alone, the noise is ``NoiseStructure/diagonal`` in the strict
/// sense; as it is never 0, controls of it can be divided by it.
///
/// ## Source
/// Li, Wong, Chen, Duvenaud 2020, "Scalable Gradients for Stochastic Differential Equations", section 5, has a
/// network of its own for each number. **Differences**: the least diffusion is a setting and not 0.
public struct BoundedDiffusion<Scalar: NetworkScalar> {
  /// N: `[2]` to `[1]` for each number, ending in tanh.
  public let networks: [MLP<Scalar>]
  /// The bounds of g.
  public let range: ClosedRange<Double>

  /// A diffusion of networks that are at hand.
  ///
  /// - Precondition: They read a number and behind it the time, give a gradient for the number, and end in
  ///   tanh; the range is positive.
  public init(networks: [MLP<Scalar>], range: ClosedRange<Double>) {
    precondition(
      networks.allSatisfy {
        $0.inputCount == 2 && $0.outputCount == 1 && $0.outputActivation == .tanh
      }, "networks of a number and the time that end in tanh")
    precondition(range.lowerBound > 0, "a diffusion of 0 cannot be divided by")
    (self.networks, self.range) = (networks, range)
  }

  fileprivate var middle: Scalar { Scalar((range.lowerBound + range.upperBound) / 2) }
  fileprivate var radius: Scalar { Scalar((range.upperBound - range.lowerBound) / 2) }
}

/// What evaluations of a ``BoundedDiffusion`` leave behind for one panel.
final class BoundedDiffusionTape<Scalar: NetworkScalar> {
  private let diffusion: BoundedDiffusion<Scalar>
  private let inputs: [Panels<Scalar>]
  private let networks: [SlotNetwork<Scalar>]

  init(_ diffusion: BoundedDiffusion<Scalar>, slotCount: Int, withGradients: Bool) {
    self.diffusion = diffusion
    let inputs = diffusion.networks.map { _ in
      Panels<Scalar>(featureCount: 2, sampleCount: slotCount * panelWidth)
    }
    self.inputs = inputs
    networks = diffusion.networks.enumerated().map {
      SlotNetwork($1, inputs: inputs[$0], withGradients: withGradients)
    }
  }

  /// Writes g of the state, a row for each number.
  func evaluate(
    time: Double, state: UnsafePointer<Scalar>, slot: Int,
    into values: UnsafeMutablePointer<Scalar>
  ) {
    for index in networks.indices {
      let row = index * panelWidth
      inputs[index].write(state: state + row, time: time, slot: slot)
      networks[index].forward(slot)
      place(
        networks[index].output(slot), middle: diffusion.middle, radius: diffusion.radius,
        into: values + row)
    }
  }

  /// Adds what ∂ loss / ∂ g is to the state.
  func pullBack(
    slot: Int, gradient: UnsafePointer<Scalar>, into stateGradient: UnsafeMutablePointer<Scalar>
  ) {
    for index in networks.indices {
      let row = index * panelWidth
      assign(
        panelWidth, diffusion.radius, gradient + row, to: networks[index].outputGradient(slot))
      accumulate(panelWidth, 1, networks[index].backward(slot), into: stateGradient + row)
    }
  }

  func clearGradients(slot: Int) {
    for network in networks { network.clearGradients(slot..<(slot + 1)) }
  }

  func sumGradients(slots count: Int) {
    for network in networks { network.sumGradients(slots: count) }
  }

  func deliverGradients() {
    for network in networks { network.deliverGradients() }
  }
}

/// y ← m + r x.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func place<Scalar: NetworkScalar>(
  _ x: UnsafePointer<Scalar>, middle: Scalar, radius: Scalar,
  into y: UnsafeMutablePointer<Scalar>
) {
  for lane in 0..<panelWidth { y[lane] = middle + radius * x[lane] }
}
