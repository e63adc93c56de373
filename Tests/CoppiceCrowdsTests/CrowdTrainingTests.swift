import CoppiceCrowds
import CoppiceGridWorld
import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Training of crowds")
struct CrowdTrainingTests {
  /// What a learner was asked to do, in its order, and nothing learned.
  final class Witness: CrowdLearner {
    static let name = "witness"
    static let summary = "sees what it is asked"
    static let defaults = 0

    var calls: [String] = []
    var agentSteps = 0
    var updates = 0
    var measurements: [LearnerMeasurement] { [] }

    init(_ configuration: Int, setup: CrowdLearnerSetup) {}

    func begin(_ episode: WorldEpisode, groups: [Int]) { calls.append("begin \(groups)") }

    func act(for group: Int, in episode: WorldEpisode, key: RandomKey) {
      calls.append("act \(group)")
    }

    func receive(for group: Int, in episode: WorldEpisode) {
      agentSteps += episode.rewards(of: group).count
      calls.append("receive \(group)")
    }

    func finish(_ episode: WorldEpisode) {
      // the dead are cleared, and nobody acts any more
      calls.append("finish \(episode.stepCount)")
    }

    func learn(key: RandomKey) { calls.append("learn") }
    func makePolicy() -> any GroupPolicy { StillPolicy() }
    func savePolicy(into tensors: inout NamedTensors) {}
    func restorePolicy(from tensors: NamedTensors) {}
    func save(into tensors: inout NamedTensors) { tensors.set("steps", [Int64(agentSteps)]) }
    func restore(from tensors: NamedTensors) throws(UserError) {
      agentSteps = Int(try tensors.get("steps", as: Int64.self)[0])
    }
  }

  private let pool = WorkerPool(threadCount: 1)

  private func witness(_ description: WorldDescription) throws -> Witness {
    let world = try GridWorld(description, key: RandomKey(seed: 1))
    return Witness(
      0,
      setup: CrowdLearnerSetup(
        AgentShape(of: 0, in: world), key: RandomKey(seed: 1), pool: pool))
  }

  /// A row of red soldiers and a row of blue ones, who do not reach each other.
  private static let field = WorldDescription(
    width: 20, height: 20,
    groups: [
      WorldDescription.Group("red", .soldier, [.filling(x: 2, y: 2, width: 5, height: 1)]),
      WorldDescription.Group("blue", .soldier, [.filling(x: 2, y: 17, width: 3, height: 1)]),
    ])

  @Test("a learner is asked in the order that it was promised")
  func order() throws {
    let learner = try witness(Self.field)
    let training = try CrowdTraining(
      Self.field, stepLimit: 2, learners: [learner],
      roles: [CrowdRole(learner: 0), CrowdRole(learner: 0)], key: RandomKey(seed: 2), pool: pool)
    let record = try training.playGame()
    let step = ["act 0", "act 1", "receive 0", "receive 1"]
    #expect(
      learner.calls == ["begin [0, 1]"] + step + ["learn"] + step + ["finish 2", "learn"])
    #expect(record.isTruncated)
    #expect(record.groups.map(\.agentSteps) == [10, 6])
    #expect(record.groups.map(\.survivors) == [5, 3])
    #expect(training.agentSteps == 16)
    // every soldier loses a little in every step
    #expect(record.groups.allSatisfy { abs($0.rewardPerAgentStep + 0.005) < 1e-6 })
  }

  @Test("an opponent plays its share of the games, and a learner does not see those")
  func shares() throws {
    let (first, second) = (try witness(Self.field), try witness(Self.field))
    let training = try CrowdTraining(
      Self.field, stepLimit: 1, learners: [first, second],
      roles: [
        CrowdRole(learner: 0, opponent: RandomPolicy(), share: 0.25),
        CrowdRole(learner: 1, opponent: RandomPolicy(), share: 0.5),
      ], key: RandomKey(seed: 3), pool: pool)
    var counts = [Int](repeating: 0, count: 2)
    for _ in 0..<2000 {
      let record = try training.playGame()
      let scripted = record.groups.indices.filter { record.groups[$0].learner == nil }
      #expect(scripted.count <= 1)
      for group in scripted { counts[group] += 1 }
    }
    // five standard deviations are 97 and 112
    #expect(abs(counts[0] - 500) < 97)
    #expect(abs(counts[1] - 1000) < 112)
    #expect(first.calls.count { $0 == "act 0" } == 2000 - counts[0])
    #expect(!first.calls.contains("act 1"))
    #expect(second.agentSteps == 3 * (2000 - counts[1]))
  }

  @Test("a world that never ends or is over at once, and shares above 1, are refused")
  func refusals() throws {
    let learner = try witness(Self.field)
    func message(
      _ description: WorldDescription, limit: Int? = 5, share: Double = 0
    ) -> String? {
      do throws(UserError) {
        let role = CrowdRole(learner: 0, opponent: RandomPolicy(), share: share)
        _ = try CrowdTraining(
          description, stepLimit: limit, learners: [learner], roles: [role, role],
          key: RandomKey(seed: 1), pool: pool)
        return nil
      } catch { return error.description }
    }
    #expect(message(Self.field) == nil)
    #expect(message(Self.field, limit: nil)?.contains("step limit") == true)
    #expect(message(Self.field, share: 0.6)?.contains("0.6") == true)
    var empty = Self.field
    empty.groups[1].placements = []
    #expect(message(empty)?.contains("over before its first step") == true)
  }

  @Test("who dies and who is left when the world is over have no future; who is cut off has one")
  func ends() throws {
    // red strikes to the right and kills; the second red soldier is far away
    var (red, blue) = (AgentType.soldier, AgentType.soldier)
    (red.damage, blue.health) = (100, 1)
    let strike = ActionSpace(red, turns: false)
    let right = try #require(strike.attacks.firstIndex { ($0.x, $0.y) == (1, 0) })
    func outcomes(cut: Bool) throws -> [Float] {
      let description = WorldDescription(
        width: 12, height: 12,
        groups: [
          WorldDescription.Group("red", red, [.at([.init(3, 3), .init(8, 8)])]),
          WorldDescription.Group("blue", blue, [.at([.init(4, 3)])]),
        ])
      let episode = try WorldEpisode(description, stepLimit: 1, key: RandomKey(seed: 1))
      let shape = AgentShape(of: 0, in: episode.world)
      let history = AgentHistory(
        viewCount: shape.view.count, featureCount: shape.featureCount, capacity: 20)
      let notes = HistoryNotes(history)
      let views = ViewPanels(featureCount: shape.inputCount, sampleCount: 64)
      func see() {
        for group in 0..<2 {
          episode.observeAll(of: group, into: views, atOnce: 64) {
            notes.see(views.panels, $0, of: group, in: episode)
          }
        }
      }
      notes.begin(episode)
      see()
      episode.actions(of: 0)[0] = Int16(cut ? strike.stay : strike.firstAttack + right)
      for group in 0..<2 { notes.act(group, in: episode) }
      episode.step()
      let acted = (0..<2).map { notes.receive($0, in: episode, scale: 2) }
      #expect(acted == [2, 1])
      episode.clearDead()
      if cut { see() }
      let batch = HistoryBatch(sampleCount: 64, of: history)
      history.draw(
        batch, panels: 0..<1, steps: 3, discount: 0.5, key: RandomKey(seed: 3))
      if !cut {
        // twice what the kill, the strike and the step are worth
        let most = try #require(batch.returns.elements[..<64].max())
        let worth: Float = 2 * (5 - 0.1 - 0.005)
        #expect(abs(most - worth) < 1e-4)
      }
      return Array(batch.discounts.elements[..<64])
    }
    #expect(try outcomes(cut: false).allSatisfy { $0 == 0 })
    #expect(try outcomes(cut: true).allSatisfy { $0 == 0.5 })
  }
}
