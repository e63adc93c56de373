import CoppiceRandom
import CoppiceTensors

/// A sparse layer with everything that its products read, all drawn from one number.
///
/// Behind the last element of what kernels read, and in the features of a panel that do not belong to
/// the layer, lie numbers that are none: kernels may read them and may not use them.
struct RandomLayer {
  let seed: Int
  let instructionSet: InstructionSet
  let work: SparseWork
  let mask: [UInt8]
  let gradientColumns: Range<Int>
  let activation: FusedActivation

  let weights: AlignedBuffer<Float>
  let bias: AlignedBuffer<Float>
  let inputs: Panels<Float>
  let gradients: Panels<Float>
  let gate: AlignedBuffer<Float>
  let sample: AlignedBuffer<Float>

  var shape: LayerShape { work.shape }

  init(seed: Int) {
    self.seed = seed
    // every set gets its share of neighbouring seeds
    instructionSet = InstructionSet.available[seed % InstructionSet.available.count]
    var data = RandomData(seed: 1_000_000 + seed)
    let shape = data.shape()
    let (columns, samples) = (data.range(within: shape.inputs), data.size(upTo: 300))
    let shared = [1, 1, 4, 8][data.index(below: 4)]
    let mask = data.mask(shape, sharedBy: shared)
    work = SparseWork(
      shape: shape, keptCount: mask.count { $0 != 0 }, sharesRows: shared > 1,
      gradientColumnCount: columns.count)
    (self.mask, gradientColumns) = (mask, columns)
    activation = data.index(below: 2) == 0 ? .identity : .rectifier

    weights = data.floats(shape.weightCount)
    for (index, kept) in mask.enumerated() where kept == 0 { weights.pointer[index] = 0 }
    bias = data.floats(shape.outputs)
    inputs = data.panels(features: shape.inputs + data.index(below: 3), samples: samples)
    gradients = data.panels(
      features: shape.outputs + data.index(below: 3), samples: samples, unused: 0)
    gate = data.floats(columns.count * panelWidth)
    for index in stride(from: 0, to: gate.count, by: 7) { gate.pointer[index] = 0 }
    // the room behind a single sample holds finite numbers
    sample = data.floats((shape.inputs + sampleRoom - 1) / sampleRoom * sampleRoom)

    for buffer in [weights, bias, gate, sample] { buffer.poisonSlack() }
    inputs.poison(featuresFrom: shape.inputs)
    gradients.poison(featuresFrom: shape.outputs)
  }
}

extension RandomData {
  /// From 1 to `most`, small numbers more often: the logarithm is uniform.
  fileprivate mutating func size(upTo most: Int) -> Int {
    // 32 steps from 1 to `most`, and uniform within a step
    let step = index(below: 32)
    let low = power(most, step, of: 32)
    return low + index(below: max(1, power(most, step + 1, of: 32) - low + 1))
  }

  /// most^(step / of), rounded down.
  private func power(_ most: Int, _ step: Int, of steps: Int) -> Int {
    var result = 1.0
    let root = (0..<5).reduce(Double(most)) { value, _ in value.squareRoot() }
    for _ in 0..<step { result *= root }
    return min(most, Int(result + 1e-9))
  }

  /// Up to 600 on each side; seven of eight layers are small, for the time that plain loops take.
  fileprivate mutating func shape() -> LayerShape {
    let most = index(below: 8) == 0 ? 600 : 40
    return LayerShape(outputs: size(upTo: most), inputs: size(upTo: most))
  }

  /// All of `0..<count`, or some of it, or nothing.
  fileprivate mutating func range(within count: Int) -> Range<Int> {
    if index(below: 3) == 0 { return 0..<count }
    let first = index(below: count)
    return first..<(first + index(below: count - first + 1))
  }

  /// Groups of N of M ≤ 32, or any density, with the choice of a row repeated in the next ones.
  fileprivate mutating func mask(_ shape: LayerShape, sharedBy shared: Int) -> [UInt8] {
    var mask: [UInt8]
    if index(below: 2) == 0 {
      let group = 1 + index(below: 32)
      mask = self.mask(shape, keep: index(below: group + 1), of: group)
    } else {
      mask = self.mask(shape, density: Double(index(below: 21)) / 20)
    }
    for row in 0..<shape.outputs where row % shared != 0 {
      for index in (row * shape.inputs)..<((row + 1) * shape.inputs) {
        mask[index] = mask[index - shape.inputs]
      }
    }
    return mask
  }
}

extension AlignedBuffer<Float> {
  /// Fills what may be read behind the last element with numbers that are none.
  func poisonSlack() {
    let end = (count + 15) / 16 * 16 + 16
    for index in count..<end { pointer[index] = .nan }
  }
}

extension Panels<Float> {
  /// Fills the features from `first` on, and the slack, with numbers that are none.
  fileprivate func poison(featuresFrom first: Int) {
    for index in 0..<panelCount {
      for place in (first * panelWidth)..<stride { panel(index)[place] = .nan }
    }
    buffer.poisonSlack()
  }
}
