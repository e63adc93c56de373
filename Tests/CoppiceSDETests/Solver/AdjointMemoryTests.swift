import AllocationCounting
import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

@Suite(.enabled(if: AllocationTally.isPossible), .serialized)
struct AdjointMemoryTests {
  /// The bytes that a solver asks for when it is made, used forwards and backwards, and used again.
  private func bytes(
    _ method: some SDEMethod<Stratonovich>, _ adjoint: Adjoint, steps: Int, keptBytes: Int = 1 << 30
  ) throws -> (integrator: Int64, solver: Int64) {
    // what types and names ask for once is asked for before
    _ = try measure(method, adjoint, steps: 2, keptBytes: keptBytes)
    return try measure(method, adjoint, steps: steps, keptBytes: keptBytes)
  }

  private func measure(
    _ method: some SDEMethod<Stratonovich>, _ adjoint: Adjoint, steps: Int, keptBytes: Int
  ) throws -> (integrator: Int64, solver: Int64) {
    let fields = smallFields(Float.self, noise: .general, stateCount: 8)
    let tally = AllocationTally()
    tally.begin()
    defer { tally.end() }
    let integrator = method.makeIntegrator(
      for: fields, panel: 0, adjoint: adjoint, stepCount: steps, keptBytes: keptBytes)
    let made = tally.bytes
    _ = integrator.state
    let grid = try StepGrid(times: [0, 1], step: 1 / Double(steps))
    let keys = SampleKeys(count: 64, key: RandomKey(seed: 36))
    let solver = try SDESolver(
      fields, method: method, grid: grid, sampleCount: 64,
      paths: BrownianMotion(keys: keys, source: .increments).paths(for: fields, times: grid.times),
      adjoint: adjoint)
    let initial = Panels<Float>(featureCount: 8, sampleCount: 64)
    for _ in 0..<2 {
      solver.solve(from: initial)
      solver.pullBack()
    }
    return (made, tally.bytes - made)
  }

  @Test func theReversibleAdjointHoldsNoMoreForMoreSteps() throws {
    // 15 and 999 steps: a way back of whole tapes of 8 evaluations for both
    let few = try bytes(ReversibleHeun(), .reversible, steps: 15)
    let many = try bytes(ReversibleHeun(), .reversible, steps: 999)
    #expect(few.integrator > 0)
    #expect(many.integrator == few.integrator)
    // the times of the grid are all that grows: a few copies of 8 bytes for a step
    #expect(many.solver - few.solver < 64 * (999 - 15))
  }

  @Test func backpropagationHoldsWhatEveryEvaluationLeft() throws {
    let few = try bytes(ReversibleHeun(), .backpropagation, steps: 15)
    let many = try bytes(ReversibleHeun(), .backpropagation, steps: 999)
    // 16 and 1,000 evaluations, 4 in a tape: inputs of 9 numbers, 6 hidden units and their slopes, and an
    // output of 8 and one of 8 by 3, of 64 samples, 4 bytes each; and the tapes themselves
    let numbers: Int64 = 9 + (6 + 6 + 8) + (6 + 6 + 24)
    let kept = numbers * 64 * 4 * (1000 - 16)
    #expect(many.integrator - few.integrator >= kept)
    #expect(many.integrator - few.integrator < kept + 4096 * (250 - 4))
  }

  @Test func backpropagationWithoutRoomHoldsAStateForEveryStep() throws {
    let few = try bytes(ReversibleHeun(), .backpropagation, steps: 15, keptBytes: 0)
    let many = try bytes(ReversibleHeun(), .backpropagation, steps: 999, keptBytes: 0)
    // z of 8 numbers, 64 samples, 4 bytes
    #expect(many.integrator - few.integrator == 8 * 64 * 4 * (999 - 15))
  }

  @Test func theContinuousAdjointHoldsNoMoreForMoreSteps() throws {
    let few = try bytes(Midpoint(), .continuous, steps: 16)
    let many = try bytes(Midpoint(), .continuous, steps: 1000)
    #expect(few.integrator > 0)
    #expect(many.integrator == few.integrator)
  }
}
