import CoppiceAgents
import CoppiceExperiments
import CoppiceTensors
import Testing

@Suite("Studies")
struct StudyTests {
  private func study(_ text: String) throws -> Study {
    try Study(toml: "format = 1\nname = \"s\"\n" + text)
  }

  @Test("a grid is the product of its axes, seeds slowest, with names that tell what varies")
  func grid() throws {
    let study = try study(
      """
      [settings]
      steps = 15000
      td3.discount = 0.9
      [grid]
      algorithm = ["td3"]
      environment = ["Pendulum-v1", "MountainCarContinuous-v0"]
      sparsity = ["dense", "2:4"]
      seed = [1, 2]
      "td3.actor_learning_rate" = [1e-3, 3e-4]
      td3.batch_size = [128]
      """)
    #expect(study.members.map(\.number) == Array(1...16))
    #expect(
      study.members.prefix(5).map(\.name) == [
        "Pendulum-v1-td3-dense-s1-actor_learning_rate-0.001",
        "Pendulum-v1-td3-2-4-s1-actor_learning_rate-0.001",
        "Pendulum-v1-td3-dense-s1-actor_learning_rate-0.0003",
        "Pendulum-v1-td3-2-4-s1-actor_learning_rate-0.0003",
        "MountainCarContinuous-v0-td3-dense-s1-actor_learning_rate-0.001",
      ])
    let configuration = study.members[3].configuration
    #expect(configuration.steps == 15000)
    #expect(configuration.td3.actorLearningRate == 3e-4)
    #expect(configuration.td3.discount == 0.9)
    #expect(configuration.td3.batchSize == 128)
    // the recipe of the environment is below, as for `coppice train`
    #expect(configuration.evaluationEvery == 1000)
    #expect(study.members[8].configuration.seed == 2)
    #expect(study.members[3].settings == ["td3.actor_learning_rate": .number(3e-4)])
  }

  @Test("members that are written out come first, and names that would be equal are told apart")
  func members() throws {
    let study = try study(
      """
      [[member]]
      sparsity = "2:4"
      hidden = [32, 32]
      [[member]]
      td3.exploration_noise = 0.2
      seed = 7
      [grid]
      recipe = ["Pendulum-v1", "ds-td3-base"]
      """)
    #expect(
      study.members.map(\.name) == [
        "Pendulum-v1-td3-2-4-s1-hidden-32-32", "Pendulum-v1-td3-dense-s7-exploration_noise-0.2",
        "Pendulum-v1-td3-dense-s1-Pendulum-v1", "Pendulum-v1-td3-ds-s1-ds-td3-base",
      ])
    #expect(study.members[0].configuration.hidden == [32, 32])
    // signs are lost in names
    let alike = try self.study("[grid]\nsac.smallest_log_deviation = [-1, 1]")
    #expect(
      alike.members.map(\.name) == [
        "Pendulum-v1-td3-dense-s1-smallest_log_deviation-1",
        "Pendulum-v1-td3-dense-s1-smallest_log_deviation-1-v2",
      ])
  }

  @Test("draws stay the same when there are more of them or of other settings")
  func draws() throws {
    let text = """
      [grid]
      seed = [1, 2]
      [random]
      key = 5
      hidden = [[64, 64], [32, 32]]
      "td3.actor_learning_rate" = { low = 1e-5, high = 1e-2, scale = "logarithmic" }
      warm_up_steps = { low = 500, high = 502 }
      """
    let three = try study(text + "\ncount = 3")
    let many = try study(text + "\ncount = 200\ntd3.discount = { low = 0.9, high = 0.999 }")
    #expect(three.members.count == 6)
    #expect(
      three.members.map(\.name).prefix(2) == [
        "Pendulum-v1-td3-dense-s1-r1", "Pendulum-v1-td3-dense-s1-r2",
      ])
    for index in 0..<3 {
      let (one, other) = (three.members[index], many.members[index].configuration)
      #expect(one.configuration.td3.actorLearningRate == other.td3.actorLearningRate)
      #expect(one.configuration.hidden == other.hidden)
      #expect(three.members[index + 3].settings == one.settings)
    }
    let rates = many.members.prefix(200).map(\.configuration.td3.actorLearningRate)
    #expect(rates.allSatisfy { (1e-5...1e-2).contains($0) })
    // half of a logarithmic range lies below its geometric mean; 4 standard deviations of 200 coins
    #expect(abs(rates.count { $0 < 3.1623e-4 } - 100) < 29)
    #expect(Set(many.members.map(\.configuration.warmUpSteps)) == [500, 501, 502])
    #expect(try study(text + "\ncount = 3") == three)
  }

  @Test(
    "what makes no sense is one line that says what and where",
    arguments: [
      ("", "has no members", "seed = [1, 2, 3]"),
      ("[grid]\nseed = [1, 1]", "members 1 and 2 of the study are the same", "take one"),
      ("[grid]\nstps = [1]", "unknown setting \"stps\"", "did you mean \"steps\"?"),
      ("[settings]\ntd3.discont = 1\n[grid]\nseed = [1]", "\"td3.discont\"", "\"discount\"?"),
      ("[grid]\nseed = [1]\n[girds]\na = 1", "unknown setting \"girds\"", "did you mean"),
      ("[grid]\nseed = 1", "seed in [grid] of the study is a whole number", "[1, 2, 3]"),
      ("[grid]\nseed = []", "an empty list", "[1, 2, 3]"),
      ("[grid]\nseed = [1, 2]\nsteps = [5, 0]", "member 2: steps = 0", "expected 1 to"),
      ("[grid]\nenvironment = [\"Pendulum-v1\", \"Pendulm-v1\"]", "member 2: ", "Pendulum-v1"),
      ("[grid]\nenvironment = [\"CartPole-v1\"]", "CartPole-v1", "continuous actions"),
      ("[grid]\nsparsity = [\"dense\", \"5:4\"]", "member 2: ", "at most M"),
      ("[grid]\nalgorithm = [\"tdd3\"]", "tdd3", "did you mean \"td3\"?"),
      ("[grid]\nrecipe = [\"ds-td3-bas\"]", "ds-td3-bas", "did you mean \"ds-td3-base\"?"),
      ("[grid]\nrecipe = [\"nowhere.toml\"]", "./nowhere.toml", "check the path"),
      ("[random]\ncount = 3", "nothing to draw", "at least one setting"),
      ("[random]\ntd3.discount = [1]", "count = 0", "1 to 100000"),
      ("[random]\ncount = 1\ntd3.discount = { low = 1, high = 0 }", "is no range", "low = 1"),
      (
        "[random]\ncount = 1\ntd3.discount = { low = 0, high = 1, scale = \"logarithmic\" }",
        "is no range", "low above 0"
      ),
      (
        "[grid]\nseed = [1]\n[random]\ncount = 1\nseed = [1]", "in [grid] and in [random]", "one of"
      ),
      ("[grid]\nseed = [1]\n[halving]\nfactor = 2", "first_steps = 0", "at least 1"),
      ("[grid]\nseed = [1]\n[halving]\nfirst_steps = 1e6", "first_steps = 1000000", "fewer than"),
      ("[grid]\nseed = [1]\n[halving]\nfirst_steps = 100", "no evaluation", "from 1 to 100"),
      ("[grid]\nseed = [1]\n[halving]\nfirst_steps = 5000\nfactor = 1", "factor = 1", "2 to 1000"),
      ("member = [1]", "member 1 of the study is a whole number", "[[member]]"),
      ("seed = 3", "unknown setting \"seed\"", "the settings there are"),
      ("[grid", "line 3", "mend"),
    ])
  func nonsense(text: String, found: String, action: String) {
    do {
      _ = try study(text)
      Issue.record("this is no study: \(text)")
    } catch let error as UserError {
      #expect("\(error)".contains(found), "\(error)")
      #expect("\(error)".contains(action), "\(error)")
      #expect(!"\(error)".contains("\n"))
    } catch { Issue.record(error) }
  }

  @Test("a study of a newer format, or without one, is refused for that")
  func format() {
    for (text, found) in [
      ("format = 2\nname = \"s\"\n[colours]\na = 1", "format 2"),
      ("name = \"s\"", "names no format"),
      ("format = 1\nname = \"a/b\"\n[grid]\nseed = [1]", "\"a/b\""),
      ("format = 1\n[grid]\nseed = [1]", "names no study"),
    ] {
      let error = #expect(throws: UserError.self) { try Study(toml: text) }
      #expect(error?.found.contains(found) == true, "\(String(describing: error))")
      #expect(error?.kind == .configuration)
    }
  }

  @Test("what only an agent can tell is found before anything runs, with the member's name")
  func check() throws {
    let study = try study(
      "[settings]\nhidden = [16, 16]\n[grid]\nseed = [1, 2]\n[[member]]\nsparsity = \"2:4\"\n"
        + "kernels = { 99x99-9 = \"rows\" }\n")
    let error = #expect(throws: UserError.self) { try study.check() }
    #expect(error?.found.contains("member 1 (Pendulum-v1-td3-2-4-s1-") == true)
    #expect(error?.found.contains("99x99-9") == true)
  }
}
