import CoppiceRandom
import CoppiceTensors

/// Random test data, the same in every run.
struct RandomData {
  private var stream: RandomStream

  init(seed: Int) { stream = RandomKey(seed: 0xDA7A).split(seed).stream() }

  /// Numbers from −1 to 1.
  mutating func numbers(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(stream.nextUniform(-1, 1)) }
  }

  /// Numbers from −1 to 1.
  mutating func floats(_ count: Int) -> AlignedBuffer<Float> { AlignedBuffer(numbers(count)) }

  /// Panels whose unused lanes are 0 (gradients) or any finite number (inputs).
  mutating func panels(features: Int, samples: Int, unused: Float? = nil) -> Panels<Float> {
    let panels = Panels<Float>(featureCount: features, sampleCount: samples)
    for index in 0..<panels.buffer.count { panels.buffer[index] = Float(stream.nextUniform(-1, 1)) }
    if let unused {
      for sample in samples..<(panels.panelCount * panelWidth) {
        for feature in 0..<features { panels[sample: sample, feature: feature] = unused }
      }
    }
    return panels
  }

  /// A mask that keeps each weight with the probability `density`.
  mutating func mask(_ shape: LayerShape, density: Double) -> [UInt8] {
    (0..<shape.weightCount).map { _ in stream.nextUniform() < density ? 1 : 0 }
  }

  /// A mask that keeps the `kept` largest of random weights in every group of `group` inputs.
  mutating func mask(_ shape: LayerShape, keep kept: Int, of group: Int) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: shape.weightCount)
    let weights = floats(shape.weightCount)
    PlainArithmetic<Float>().selectLargest(
      shape, keep: kept, of: group, axis: .input, weights: weights.pointer, mask: &mask)
    return mask
  }

  /// Numbers at the positions of a topology, 0 where a position holds no kept weight.
  mutating func values(of topology: SparseTopology) -> AlignedBuffer<Float> {
    let values = floats(topology.positionCount)
    for position in 0..<values.count where topology.place(of: position) == nil {
      values[position] = 0
    }
    return values
  }

  mutating func index(below bound: Int) -> Int { stream.nextIndex(below: bound) }
}

extension AlignedBuffer<Float> {
  /// The same numbers in double precision.
  var doubled: AlignedBuffer<Double> { AlignedBuffer<Double>(elements.map(Double.init)) }

  /// The bits of the elements, for exact comparison.
  var bits: [UInt32] { elements.map(\.bitPattern) }
}

extension Panels<Float> {
  /// The same numbers in double precision.
  var doubled: Panels<Double> {
    let result = Panels<Double>(
      featureCount: featureCount, sampleCount: panelCount * panelWidth)
    for index in 0..<buffer.count { result.buffer[index] = Double(buffer[index]) }
    return result
  }
}

/// Memory with a guard before and behind it that shows whether a kernel wrote too far.
struct Guarded {
  static let guardValue: Float = -12345.5
  static let guardCount = 64

  /// The guards and what is between them.
  let buffer: AlignedBuffer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    buffer = AlignedBuffer(count: count + 2 * Self.guardCount)
    buffer.fill(Self.guardValue)
  }

  var pointer: UnsafeMutablePointer<Float> { buffer.pointer + Self.guardCount }
  var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// Whether the guards are as they were.
  var isIntact: Bool {
    (buffer.elements.prefix(Self.guardCount) + buffer.elements.suffix(Self.guardCount))
      .allSatisfy { $0 == Self.guardValue }
  }
}

/// The largest difference, relative to the largest expected number.
func relativeError(_ found: some Sequence<Float>, _ expected: AlignedBuffer<Double>) -> Double {
  var difference = 0.0
  var size = 1e-30
  for (value, wanted) in zip(found, expected.elements) {
    guard value.isFinite else { return .infinity }
    difference = max(difference, abs(Double(value) - wanted))
    size = max(size, abs(wanted))
  }
  return difference / size
}

/// What every kernel must reach against double precision.
let tolerance = 1e-5
