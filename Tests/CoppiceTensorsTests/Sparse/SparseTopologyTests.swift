import CoppiceTensors
import Testing

@Suite("Sparse topology")
struct SparseTopologyTests {
  @Test("both indices are those of the plain builder", arguments: SparseCase.all)
  func indices(layer: SparseCase) {
    let topology = layer.topology()
    let mask = layer.mask()
    let (columns, inputs) = (layer.gradientColumns, layer.shape.inputs)
    let forward = PlainIndex(rows: layer.shape.outputs, inputs: inputs) {
      mask[$0 * inputs + $1] != 0 ? $0 * inputs + $1 : nil
    }
    #expect(forward.matches(topology.forward))
    #expect(forward.source == topology.denseIndex.elements.prefix(topology.keptCount).map(Int.init))

    var position = [Int?](repeating: nil, count: layer.shape.weightCount)
    for (kept, dense) in forward.source.enumerated() { position[dense] = kept }
    #expect(position == topology.position.elements.map { $0 < 0 ? nil : Int($0) })

    let backward = PlainIndex(rows: columns.count, inputs: layer.shape.outputs) {
      position[$1 * inputs + columns.lowerBound + $0]
    }
    #expect(backward.matches(topology.backward))
    #expect(
      backward.source
        == topology.backwardSource.elements.prefix(topology.backward.keptCount).map(Int.init))
  }

  @Test("a mask comes back, whatever non-zero bytes it was made of")
  func masks() {
    let shape = LayerShape(outputs: 5, inputs: 9)
    let topology = SparseTopology(shape: shape, capacity: 45)
    var data = RandomData(seed: 5)
    for density in [0, 0.3, 1] {
      let mask = data.mask(shape, density: density)
      topology.rebuild(mask: mask.map { $0 == 0 ? 0 : UInt8(1 + data.index(below: 255)) })
      #expect(topology.mask() == mask)
      #expect(topology.keptCount == mask.count { $0 == 1 })
    }
  }

  @Test("rebuilding leaves nothing of the previous kept set")
  func rebuilding() {
    let layer = SparseCase(70, 200, .random(density: 0.5))
    let fresh = layer.topology()
    let reused = SparseTopology(shape: layer.shape, capacity: layer.shape.weightCount)
    reused.rebuild(mask: [UInt8](repeating: 1, count: layer.shape.weightCount))
    reused.rebuild(mask: layer.mask())
    #expect(Array(reused.position.elements) == Array(fresh.position.elements))
    #expect(Array(reused.forward.slotStart.elements) == Array(fresh.forward.slotStart.elements))
    #expect(Array(reused.backward.slotRow.elements) == Array(fresh.backward.slotRow.elements))
  }
}

/// A sparse index built the obvious way.
struct PlainIndex {
  var slotStart: [Int] = []
  var slotRow: [Int] = []
  var quarterStart: [Int] = []
  var input: [Int] = []
  var source: [Int] = []

  /// `source` says what is recorded of the weight at a row and an input; nothing if it is dropped.
  init(rows: Int, inputs: Int, source: (Int, Int) -> Int?) {
    for start in stride(from: 0, to: inputs, by: SparseIndex.blockInputs) {
      let block = start..<min(inputs, start + SparseIndex.blockInputs)
      let kept = (0..<rows).map { row in block.filter { source(row, $0) != nil } }
      // by falling count; the sort of the standard library is stable
      for row in (0..<rows).sorted(by: { kept[$0].count > kept[$1].count }) {
        slotStart.append(self.input.count)
        slotRow.append(row)
        for quarter in 0..<4 {
          quarterStart.append(self.input.count)
          for input in kept[row] where (input - start) / 32 == quarter {
            self.input.append(input - start)
            if let recorded = source(row, input) { self.source.append(recorded) }
          }
        }
      }
    }
    slotStart.append(self.input.count)
    quarterStart.append(self.input.count)
  }

  func matches(_ index: SparseIndex) -> Bool {
    slotStart == index.slotStart.elements.map(Int.init)
      && slotRow == index.slotRow.elements.map(Int.init)
      && quarterStart == index.quarterStart.elements.map(Int.init)
      && input == index.input.elements.prefix(input.count).map(Int.init)
      && input.count == index.keptCount
  }
}
