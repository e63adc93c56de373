import CoppiceEnvironments
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite struct EnvironmentCatalogueTests {
  let classic = EnvironmentCatalogue.classic

  @Test("every entry is what it says", arguments: EnvironmentCatalogue.classic.entries.map(\.id))
  func entries(id: String) throws {
    let entry = try classic.entry(id)
    let member = try classic.makeMember(id)
    #expect(!entry.summary.isEmpty)
    #expect(member.specification == (try classic.specification(id)))
    #expect(member.specification.id == id)
  }

  @Test("ids are listed once and in order")
  func order() {
    let ids = classic.entries.map(\.id)
    #expect(ids == Set(ids).sorted())
  }

  @Test(
    "an unknown id is refused with the nearest match",
    arguments: [
      ("Pendulum", "Pendulum-v1"), ("cartpole-v1", "CartPole-v1"), ("Acrobat-v1", "Acrobot-v1"),
      ("MountainCarContinuous-v5", "MountainCarContinuous-v0"),
    ])
  func unknown(id: String, nearest: String) {
    let error = #expect(throws: UserError.self) { try classic.make(id, count: 1) }
    #expect(error?.kind == .configuration)
    #expect(error?.action.contains("\"\(nearest)\"") == true)
  }

  @Test("an id that is like nothing points to the list")
  func unlike() {
    let error = #expect(throws: UserError.self) { try classic.make("Chess", count: 1) }
    #expect(error?.action.contains("list environments") == true)
  }

  @Test("options change an environment")
  func options() throws {
    let reward = { (options: [String: EnvironmentOption]) in
      let environment = try classic.make("Pendulum-v1", count: 1, options: options)
      try environment.reset(key: RandomKey(seed: 4))
      for _ in 0..<10 { try environment.step(actions: AlignedBuffer([0])) }
      return environment.episodeReturns[0]
    }
    #expect(try reward(["g": 10]) == reward([:]))
    #expect(try reward(["g": 1]) != reward([:]))
  }

  @Test("unknown options are refused with the nearest match, and values that do not fit")
  func badOptions() {
    let unknown = #expect(throws: UserError.self) {
      try classic.make("CartPole-v1", count: 1, options: ["suton_barto_reward": true])
    }
    #expect(unknown?.action.contains("\"sutton_barto_reward\"") == true)
    let misfit = #expect(throws: UserError.self) {
      try classic.make("CartPole-v1", count: 1, options: ["sutton_barto_reward": 1])
    }
    #expect(misfit?.expected == "true or false")
    #expect(throws: UserError.self) {
      try classic.make("Acrobot-v1", count: 1, options: ["g": 1])
    }
    #expect(throws: UserError.self) { try classic.make("Pendulum-v1", count: 0) }
  }

  @Test("an environment of one's own joins the catalogue and replaces one of the same name")
  func own() throws {
    let catalogue = classic.adding("walk along a corridor") { Corridor() }
    #expect(catalogue.entries.count == classic.entries.count + 1)
    #expect(try catalogue.make("Corridor-v0", count: 3).memberCount == 3)
    #expect(throws: UserError.self) {
      try catalogue.make("Corridor-v0", count: 1, options: ["length": 3])
    }
    let again = catalogue.adding("walk along a short corridor") { Corridor(length: 2) }
    #expect(again.entries.count == catalogue.entries.count)
    #expect(try again.entry("Corridor-v0").summary == "walk along a short corridor")
    #expect(EnvironmentCatalogue().adding(again).entries.map(\.id) == again.entries.map(\.id))
  }

  @Test("values are written as in TOML")
  func descriptions() {
    let values: [EnvironmentOption] = [true, 2, 0.5, "torso", [-1, 2.5]]
    let texts = ["true", "2", "0.5", "\"torso\"", "[-1, 2.5]"]
    #expect(EnvironmentOption.numbers([-.infinity, 10]).description == "[-inf, 10]")
    #expect(values.map(\.description) == texts)
  }
}

@Suite struct NearestMatchTests {
  @Test(
    "the edit distance counts insertions, deletions, replacements and swaps",
    arguments: [
      ("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abd", 1),
      ("abc", "bac", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
  func distance(first: String, second: String, expected: Int) {
    #expect(editDistance(Array(first), Array(second)) == expected)
    #expect(editDistance(Array(second), Array(first)) == expected)
  }

  @Test("the closest candidate wins, the first of equals, and none when all are far")
  func nearest() {
    let candidates = ["train", "resume", "evaluate", "runs", "list"]
    #expect(nearestMatch(to: "trian", in: candidates) == "train")
    #expect(nearestMatch(to: "TRAIN", in: candidates) == "train")
    #expect(nearestMatch(to: "eval", in: candidates) == nil)
    #expect(nearestMatch(to: "run", in: candidates) == "runs")
    #expect(nearestMatch(to: "xyzzy", in: candidates) == nil)
    #expect(nearestMatch(to: "ab", in: ["ax", "ay"]) == "ax")
  }
}
