import CoppiceAgents
import CoppiceNetworks
import CoppiceRandom
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("What papers count")
struct WorkAccountTests {
  /// Actor and two critics of the sizes of a task, with the densities that an allocation expects.
  private func account(
    observations: Int, actions: Int, lambda: [Double], outputs: Int? = nil, delay: Int = 2
  ) -> WorkAccount {
    var allocation = DynamicSparse.defaults.allocation
    allocation.lambda = lambda
    let sizes = [
      ("actor", [observations, 256, 256, outputs ?? actions], delay),
      ("critic-1", [observations + actions, 256, 256, 1], 1),
      ("critic-2", [observations + actions, 256, 256, 1], 1),
    ]
    return WorkAccount(
      sizes.map { name, sizes, delay in
        let sites = LayerSite.all(sizes: sizes, role: NetworkRole(name, delay: delay))
        let sparsities = allocation.sparsities(of: sites, sparsity: nil)
        let kept = zip(sites, sparsities).reduce(0) {
          $0 + Double($1.0.shape.weightCount) * (1 - $1.1)
        }
        let dense = sites.reduce(0) { $0 + $1.shape.weightCount }
        return WorkAccount.Network(name: name, kept: kept, dense: Double(dense), delay: delay)
      })
  }

  @Test("DS-TD3 on HalfCheetah: 214,784 weights, 51 % zeros, 1.07e14 operations, 0.49 times")
  func halfCheetah() {
    let account = account(observations: 17, actions: 6, lambda: [7, 64])
    #expect(account.dense == 214_784)
    #expect(abs(account.sparsity - 0.506) < 5e-4)
    let dense = account.denseTrainingOperations(steps: 1_000_000, batchSize: 100)
    #expect(abs(dense / 1.0744e14 - 1) < 1e-4)
    #expect(abs(account.relativeOperations - 0.492) < 5e-4)
    let sparse = account.trainingOperations(steps: 1_000_000, batchSize: 100)
    #expect(abs(sparse / dense - account.relativeOperations) < 1e-12)
  }

  @Test(
    "expected weights of DS-TD3 in the v3 tasks, and zeros of DS-SAC",
    arguments: [
      (17, 6, [7.0, 64], 214_784, 106_169, [12.0, 80], 0.369),
      (11, 3, [7, 64], 207_872, 105_233, [7, 20], 0.816),
      (111, 8, [40, 64], 288_512, 145_544, [30, 64], 0.530),
      (376, 17, [61, 64], 498_944, 220_898, [61, 64], 0.553),
    ])
  func tasks(
    observations: Int, actions: Int, lambda: [Double], dense: Double, kept: Double,
    lambdaOfSAC: [Double], sparsityOfSAC: Double
  ) {
    let td3 = account(observations: observations, actions: actions, lambda: lambda)
    #expect(td3.dense == dense)
    #expect(abs(td3.kept - kept) < 1)
    let sac = account(
      observations: observations, actions: actions, lambda: lambdaOfSAC, outputs: 2 * actions,
      delay: 1)
    #expect(abs(sac.sparsity - sparsityOfSAC) < 6e-4)
  }

  @Test(
    "the training ratios that RLx2 prints, from its densities",
    arguments: [
      (17, 6, 0.10, 0.15, 0.138), (11, 3, 0.02, 0.05, 0.043), (17, 6, 0.03, 0.05, 0.045),
      (111, 8, 0.04, 0.12, 0.100),
    ])
  func rlx2(observations: Int, actions: Int, actor: Double, critic: Double, ratio: Double) {
    let weights = { (sizes: [Int]) in
      Double(zip(sizes, sizes.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 })
    }
    let policy = weights([observations, 256, 256, actions])
    let value = weights([observations + actions, 256, 256, 1])
    let critics = ["critic-1", "critic-2"].map {
      WorkAccount.Network(name: $0, kept: critic * value, dense: value, delay: 1)
    }
    let account = WorkAccount(
      [WorkAccount.Network(name: "actor", kept: actor * policy, dense: policy, delay: 2)] + critics)
    // A + 4 C of the critics and targets, and ½ · 3 A
    #expect(abs(account.relativeOperationsWithTargets - ratio) < 1.5e-3)
    #expect(abs(account.relativeActingOperations - actor) < 1e-12)
  }

  @Test("a step with the gradients of every weight costs a dense product, spread over its interval")
  func everyGradient() {
    let account = WorkAccount([
      WorkAccount.Network(name: "actor", kept: 10, dense: 100, delay: 2),
      WorkAccount.Network(name: "critic-1", kept: 30, dense: 60, delay: 1),
    ])
    // (60 · 4 + 40 + 200) / 5 at half weight and (180 · 4 + 120 + 120) / 5, of 300 and 360
    #expect(abs(account.relativeOperations(everyGradientAfter: 4) - 240.0 / 660) < 1e-12)
    let often = account.relativeOperations(everyGradientAfter: 1_000_000_000)
    #expect(abs(often - account.relativeOperations) < 1e-6)
  }

  @Test("an agent's realised counts lie within the spread of independent draws")
  func realised() throws {
    let rule = try DynamicSparse(DynamicSparse.defaults, for: SparsityRequest())
    let agent = try TD3(
      TD3.defaults, setup: AgentSetup(observationCount: 17, actionCount: 6, rule: rule),
      key: RandomKey(seed: 4))
    let account = WorkAccount(agent.learners.map { .init($0) })
    #expect(account.dense == 214_784)
    // five deviations of 209,000 draws
    #expect(abs(account.kept - 106_169) < 5 * 230)
    #expect(abs(account.relativeOperations - 0.492) < 6e-3)
  }
}
