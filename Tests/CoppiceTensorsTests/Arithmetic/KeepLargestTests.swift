import CoppiceTensors
import Testing

@Suite("The largest of many")
struct KeepLargestTests {
  private func kept<Arithmetic: PanelArithmetic>(
    _ arithmetic: Arithmetic, _ wanted: Int, of numbers: [Arithmetic.Scalar]
  ) -> (count: Int, values: [Arithmetic.Scalar], mask: [UInt8]) {
    let values = AlignedBuffer(numbers)
    let mask = AlignedBuffer<UInt8>(count: numbers.count)
    let scratch = AlignedBuffer<UInt32>(count: numbers.count)
    mask.fill(9)
    let count = arithmetic.keepLargest(
      wanted, count: numbers.count, values: values.pointer, mask: mask.pointer,
      scratch: scratch.pointer)
    return (count, Array(values.elements), Array(mask.elements))
  }

  @Test(
    "agrees exactly with the plain loops, ties, zeros and tiny numbers included",
    arguments: InstructionSet.available, [1, 15, 16, 17, 100, 1000, 4097])
  func agrees(set: InstructionSet, count: Int) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: count)
    for kind in 0..<5 {
      let numbers = (0..<count).map { _ -> Float in
        let number = data.numbers(1)[0]
        switch kind {
        case 0: return number
        // most of them alike, or zero
        case 1: return Float(data.index(below: 5) - 2) * 0.25
        case 2: return data.index(below: 3) == 0 ? number : [0, -0.0][data.index(below: 2)]
        // orders of magnitude, and below the smallest normal number
        case 3:
          return number * Float(sign: .plus, exponent: -data.index(below: 148), significand: 1)
        default: return data.index(below: 30) == 0 ? .infinity : number
        }
      }
      let there = numbers.count { $0 != 0 }
      #expect(kernels.nonZeroCount(count: count, values: numbers) == there)
      for wanted in Set([0, 1, there / 2, there - 1, there, count]) where wanted >= 0 {
        let found = kept(kernels, wanted, of: numbers)
        let expected = kept(PlainArithmetic<Float>(), wanted, of: numbers)
        #expect(found.count == expected.count)
        #expect(found.mask == expected.mask, "\(wanted) of \(there), kind \(kind)")
        #expect(found.values == expected.values)
      }
    }
  }

  /// Words whose keys are compared, some with bits that do not count.
  private static func words(_ count: Int, below spread: Int, _ data: inout RandomData)
    -> AlignedBuffer<UInt32>
  {
    let signs: [UInt32] = [0, 1 << 31]
    return AlignedBuffer(
      (0..<count).map { _ in UInt32(data.index(below: spread)) | signs[data.index(below: 2)] })
  }

  @Test(
    "the keys of a bracket are those that one by one lie in it",
    arguments: InstructionSet.available, [0, 1, 15, 16, 17, 100, 1000, 4097])
  func collects(set: InstructionSet, count: Int) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: count)
    for flip in [0, .max] as [UInt32] {
      for (spread, significant) in [(8, .max), (1000, 0x7FFF_FFFF), (1 << 31, .max)]
        as [(Int, UInt32)]
      {
        let words = Self.words(count, below: spread, &data)
        let keys = words.elements.map { $0 & significant ^ flip }
        let ordered = OrderedWords(words.pointer, significant: significant, flip: flip)
        #expect((0..<count).map { ordered[$0] } == keys)
        let ends = (0..<2).map { _ in UInt32(data.index(below: spread)) ^ flip }.sorted()
        for bracket in [ends[0]...ends[1], 0...ends[1], ends[0]...UInt32.max, 0...UInt32.max] {
          let output = AlignedBuffer<UInt32>(count: count)
          let found = kernels.collect(bracket, count: count, of: ordered, into: output.pointer)
          #expect(found.beyond == keys.count { $0 > bracket.upperBound })
          #expect(
            Array(output.elements.prefix(found.within)) == keys.filter { bracket.contains($0) })
          let narrowed = AlignedBuffer(Array(words.elements))
          let inPlace = kernels.collect(
            bracket, count: count,
            of: OrderedWords(narrowed.pointer, significant: significant, flip: flip),
            into: narrowed.pointer)
          #expect(inPlace == found)
          #expect(
            narrowed.elements.prefix(found.within).elementsEqual(
              output.elements.prefix(found.within)))
        }
      }
    }
  }

  @Test(
    "keys from a limit on get the mark, and no others",
    arguments: InstructionSet.available, [0, 1, 15, 16, 17, 100, 1000, 4097])
  func marks(set: InstructionSet, count: Int) throws {
    let kernels = try KernelArithmetic(set)
    var data = RandomData(seed: count)
    for flip in [0, .max] as [UInt32] {
      for (spread, significant) in [(8, .max), (1000, 0x7FFF_FFFF), (1 << 31, .max)]
        as [(Int, UInt32)]
      {
        let words = Self.words(count, below: spread, &data)
        let ordered = OrderedWords(words.pointer, significant: significant, flip: flip)
        for lowest in [0, UInt32(data.index(below: spread)) ^ flip, .max] {
          let old = (0..<count).map { _ in UInt8(data.index(below: 2)) }
          let marks = AlignedBuffer(old)
          kernels.mark(from: lowest, count: count, of: ordered, as: 2, in: marks.pointer)
          let expected = zip(words.elements, old).map { word, old in
            word & significant ^ flip >= lowest ? 2 : old
          }
          #expect(marks.elements.elementsEqual(expected))
        }
      }
    }
  }
}
