import AllocationCounting
import CoppiceEnvironments
import CoppiceMuJoCo
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite(
  .serialized,
  .enabled(if: MuJoCoInstallation.isAvailable, "MuJoCo is not installed"),
  .enabled(if: isOptimised, "a step rate means something in a release build only"))
struct StepRateTests {
  @Test("the measure of step rates gives rates of both loops")
  func stepRate() throws {
    let rate = try StepRate.measure("InvertedPendulum-v5", rounds: 5)
    #expect(rate.bare > 0 && rate.task > 0)
    #expect(rate.share > 0.01 && rate.share < 100)
  }

  @Test(
    "steps and new episodes allocate nothing", .enabled(if: AllocationTally.isPossible),
    arguments: EnvironmentCatalogue.mujoco.entries.map(\.id))
  func allocations(id: String) throws {
    let environment = try EnvironmentCatalogue.mujoco.make(id, count: 2)
    let actions = AlignedBuffer<Double>(count: 2 * environment.specification.actionSpace.size)
    actions.fill(0.3)
    try environment.reset(key: RandomKey(seed: 1))
    try environment.step(actions: actions)
    let made = try AllocationTally.count {
      for _ in 0..<1100 { try environment.step(actions: actions) }
    }
    #expect(made == 0)
  }
}

#if DEBUG
  private let isOptimised = false
#else
  private let isOptimised = true
#endif
