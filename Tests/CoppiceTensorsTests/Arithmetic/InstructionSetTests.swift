import CoppiceTensors
import Testing

@Suite("Instruction sets")
struct InstructionSetTests {
  @Test("the portable kernels run everywhere and the fastest set comes first")
  func available() throws {
    #expect(InstructionSet.available.contains(.portable))
    #expect(InstructionSet.available.first == InstructionSet.fastest)
    #expect(KernelArithmetic.fastest.instructionSet == InstructionSet.fastest)
    for set in InstructionSet.available {
      #expect(try KernelArithmetic(set).instructionSet == set)
    }
  }

  @Test("a set that the machine lacks is refused with a message that names the others")
  func missing() throws {
    for set in InstructionSet.allCases where !InstructionSet.available.contains(set) {
      let error = #expect(throws: UserError.self) { try KernelArithmetic(set) }
      #expect(error?.kind == .configuration)
      #expect(error?.description.contains(set.rawValue) == true)
      #expect(error?.description.contains("portable") == true)
    }
  }

  @Test("a precision that the machine lacks is refused with a message that says what has it")
  func missingPrecision() throws {
    #expect(KernelArithmetic.fastest.precision == .float32)
    for set in InstructionSet.available {
      #expect(set.precisions.first == .float32)
      if set.precisions.contains(.bfloat16) {
        #expect(try KernelArithmetic(set, precision: .bfloat16).precision == .bfloat16)
        continue
      }
      let error = #expect(throws: UserError.self) {
        try KernelArithmetic(set, precision: .bfloat16)
      }
      #expect(error?.kind == .configuration)
      #expect(error?.description.contains("bf16") == true)
      #expect(error?.description.contains("AVX512_BF16") == true)
    }
  }

  @Test("no layer is rounded where single precision is asked for")
  func plansOfSinglePrecision() {
    for (shape, sharesRows) in [(256, true), (256, false), (6, true), (17, false)] {
      for kept in [shape * 16, shape * 128, shape * 256] {
        let work = SparseWork(
          shape: LayerShape(outputs: shape, inputs: 256), keptCount: kept, sharesRows: sharesRows)
        #expect(KernelArithmetic.fastest.plan(for: work).precision == .float32)
        #expect(KernelArithmetic.fastest.densePlan(for: work) == nil)
      }
    }
  }

  @Test("the measured peak is lanes × 2 units × 2 × clock of a plausible clock")
  func peak() throws {
    for set in InstructionSet.available {
      let peak = MachinePeak.measured(for: try KernelArithmetic(set), seconds: 0.005)
      #expect(peak.clock > 2e8 && peak.clock < 1e10)
      #expect(peak.gigaflops == Double(peak.lanes * 4) * peak.clock * 1e-9)
    }
  }
}
