import CoppiceEnvironments
import CoppiceMuJoCo
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite(.enabled(if: MuJoCoInstallation.isAvailable, "MuJoCo is not installed"))
struct HalfCheetahTests {
  @Test("the cheetah runs a whole episode")
  func episode() throws {
    let environment = try EnvironmentCatalogue.mujoco.make("HalfCheetah-v5", count: 2)
    try environment.reset(key: RandomKey(seed: 1))
    let actions = AlignedBuffer<Double>(count: 12)
    for step in 0..<1000 {
      for index in 0..<12 { actions[index] = (step + index) % 7 < 3 ? 1 : -1 }
      try environment.step(actions: actions)
    }
    #expect(environment.outcomes.map(\.truncated) == [true, true])
    #expect(environment.episodeLengths == [1000, 1000])
    #expect(environment.episodeReturns[0] != environment.episodeReturns[1])
  }
}
