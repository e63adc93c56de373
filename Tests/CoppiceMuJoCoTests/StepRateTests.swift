import CoppiceEnvironments
import CoppiceMuJoCo
import Testing

@Suite(
  .serialized, .enabled(if: MuJoCoInstallation.isAvailable, "MuJoCo is not installed"),
  .enabled(if: isOptimised, "a step rate means something in a release build only"))
struct StepRateTests {
  @Test(
    "a task steps nearly as fast as a bare loop of the simulation",
    arguments: EnvironmentCatalogue.mujoco.entries.map(\.id))
  func stepRate(id: String) throws {
    let rate = try StepRate.measure(id, rounds: 41)
    #expect(rate.share >= 0.9)
  }
}

/// Whether assertions are compiled out.
let isOptimised: Bool = {
  var optimised = true
  let notice = {
    optimised = false
    return true
  }
  assert(notice())
  return optimised
}()
