import CoppiceNetworks
import CoppiceTensors

/// Asks the network of a policy about observations as they come from environments.
///
/// Up to 15 observations go through the network one by one, which takes the time of each alone and
/// gives the same bits whatever their number; more go through it 64 at a time, and agree with the
/// former to rounding.
///
/// ## Shapes
/// - `O` numbers of an observation, `P` outputs of the network
final class PolicyOutputs {
  /// From how many observations on a panel is faster than one sample after the other.
  static let fewestForPanels = 16

  let normaliser: ObservationNormaliser?

  private let network: MLP<Float>
  private let sample: MLPSample<Float>
  private let input: Panels<Float>
  private let trace: MLPTrace<Float>
  private let row: AlignedBuffer<Float>

  /// A way to ask `network`, with the statistics of its observations where they are normalised.
  init(network: MLP<Float>, normaliser: ObservationNormaliser?) {
    self.network = network
    self.normaliser = normaliser
    sample = MLPSample(for: network)
    input = Panels(featureCount: network.inputCount, sampleCount: 1)
    trace = MLPTrace(for: network, sampleCount: 1, withGradients: false)
    row = AlignedBuffer(count: network.inputCount)
  }

  /// Takes observations into the statistics of the normaliser, where there is one.
  func observe(_ observations: UnsafePointer<Double>, count: Int) {
    guard let normaliser else { return }
    for index in 0..<count {
      read(observations + index * network.inputCount, into: row)
      normaliser.record(UnsafePointer(row.pointer))
    }
  }

  /// Saves what is needed to act: the network and its normaliser.
  func save(into tensors: inout NamedTensors) {
    tensors.save(network, under: "actor")
    if let normaliser { tensors.save(normaliser, under: "normaliser") }
  }

  /// Computes the outputs, a panel at a time.
  ///
  /// - Parameters:
  ///   - observations: `[count, O]`.
  ///   - count: How many observations.
  ///   - body: Receives the first observation of a panel, how many it has, and their outputs
  ///     `[P, 64]`, which it may overwrite.
  func compute(
    _ observations: UnsafePointer<Double>, count: Int,
    _ body: (_ first: Int, _ count: Int, _ outputs: UnsafeMutablePointer<Float>) -> Void
  ) {
    for first in stride(from: 0, to: count, by: panelWidth) {
      let own = observations + first * network.inputCount
      let live = min(panelWidth, count - first)
      if count < Self.fewestForPanels { computeOneByOne(own, live) } else { compute(own, live) }
      body(first, live, trace.output.panel(0))
    }
  }

  private func computeOneByOne(_ observations: UnsafePointer<Double>, _ count: Int) {
    let outputs = trace.output.panel(0)
    for lane in 0..<count {
      read(observations + lane * network.inputCount, into: sample.input)
      normaliser?.normalise(sample: sample.input.pointer)
      network.forward(sample)
      for index in 0..<network.outputCount {
        outputs[index * panelWidth + lane] = sample.output.pointer[index]
      }
    }
  }

  private func compute(_ observations: UnsafePointer<Double>, _ count: Int) {
    for feature in 0..<network.inputCount {
      let lanes = input.panel(0, feature: feature)
      for lane in 0..<count {
        lanes[lane] = Float(observations[lane * network.inputCount + feature])
      }
    }
    normaliser?.normalise(panel: input.panel(0))
    network.forward(panels: 0..<1, input: input.run, trace: trace)
  }

  private func read(_ observation: UnsafePointer<Double>, into row: AlignedBuffer<Float>) {
    for feature in 0..<network.inputCount { row.pointer[feature] = Float(observation[feature]) }
  }
}
