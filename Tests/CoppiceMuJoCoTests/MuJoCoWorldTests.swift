import CoppiceEnvironments
import CoppiceMuJoCo
import CoppiceRandom
import CoppiceTensors
import Foundation
import Testing

@Suite(.enabled(if: MuJoCoInstallation.isAvailable, "MuJoCo is not installed"))
struct MuJoCoWorldTests {
  /// Writes `text` as a model file, hands its path on, and removes it.
  func withModel(_ text: String, _ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("coppice-\(UUID().uuidString).xml")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }

  func act(_ world: MuJoCoWorld, _ action: [Double]) { world.step(action.span) }

  @Test("a model file of one's own is simulated")
  func ownModel() throws {
    let text = """
      <mujoco><worldbody><body name="ball" pos="0 0 10"><freejoint/><geom size="0.1"/></body>
      </worldbody></mujoco>
      """
    try withModel(text) { path in
      let world = try MuJoCoWorld(model: path, frameSkip: 100)
      #expect(world.stepDuration == 100 * world.timeStep)
      #expect(world.body("ball") == 1)
      #expect(world.body("cube") == nil)
      act(world, [])
      let fallen = 10 - world.positions[2]
      let seconds = world.stepDuration
      #expect(abs(fallen - 9.81 * seconds * seconds / 2) < 0.02 * fallen)
      world.reset()
      #expect(world.positions[2] == 10)
    }
  }

  @Test("a model that MuJoCo cannot read is an error of one line")
  func brokenModel() throws {
    for text in ["<mujoco>", "<mujoco><worldbody><body><joint/></body></worldbody></mujoco>", ""] {
      try withModel(text) { path in
        let error = #expect(throws: UserError.self) { try MuJoCoWorld(model: path, frameSkip: 1) }
        #expect(error?.kind == .file)
        #expect(error?.found.contains(path) == true)
        #expect(error?.description.contains("\n") == false)
      }
    }
    #expect(throws: UserError.self) { try MuJoCoWorld(model: "/no/such/model.xml", frameSkip: 1) }
  }

  @Test("an error of the simulation does not end the process and writes no log")
  func simulationError() throws {
    // ten balls that touch need more memory than the model allows
    let balls = (0..<10).map {
      "<body pos=\"0 0 \(0.1 * Double($0))\"><freejoint/><geom size=\"0.1\"/></body>"
    }
    let text = """
      <mujoco><size memory="24K"/><worldbody>\(balls.joined())</worldbody></mujoco>
      """
    try withModel(text) { path in
      let world = try MuJoCoWorld(model: path, frameSkip: 1)
      act(world, [])
      let failure = try #require(world.failure)
      #expect(failure.contains("memory") && !failure.contains("\n"))
      #expect(world.positions.allSatisfy { $0.isNaN })
      world.reset()
      #expect(world.failure == nil)
      #expect(world.positions[2] == 0)
    }
    #expect(!FileManager.default.fileExists(atPath: "MUJOCO_LOG.TXT"))
  }

  @Test("an action that is not a number is the environment's error")
  func notANumber() throws {
    let environment = try EnvironmentCatalogue.mujoco.make("HalfCheetah-v5", count: 1)
    try environment.reset(key: RandomKey(seed: 1))
    let actions = AlignedBuffer(Array(repeating: Double.nan, count: 6))
    let error = #expect(throws: UserError.self) { try environment.step(actions: actions) }
    #expect(error?.kind == .environment)
  }

  @Test("the version is the one that was built for")
  func version() throws {
    #expect(MuJoCoInstallation.version == "4.0.0")
    #expect(try MuJoCoInstallation.find().library.hasSuffix("4.0.0"))
  }
}

@Suite struct MissingMuJoCoTests {
  @Test(
    "without MuJoCo, making a task says what to do",
    .disabled(if: MuJoCoInstallation.isAvailable, "MuJoCo is installed"))
  func missing() {
    let error = #expect(throws: UserError.self) {
      try EnvironmentCatalogue.mujoco.make("HalfCheetah-v5", count: 1)
    }
    #expect(error?.kind == .missing)
    #expect(error?.action.contains("make") == true)
  }
}
