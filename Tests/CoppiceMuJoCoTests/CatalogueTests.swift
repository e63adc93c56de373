import CoppiceEnvironments
import CoppiceMuJoCo
import CoppiceTensors
import Testing

/// What is known without MuJoCo.
@Suite struct CatalogueTests {
  static let sizes: [(String, Int, Int, Int)] = [
    ("Ant-v5", 105, 8, 1000), ("HalfCheetah-v5", 17, 6, 1000), ("Hopper-v5", 11, 3, 1000),
    ("Humanoid-v5", 348, 17, 1000), ("HumanoidStandup-v5", 348, 17, 1000),
    ("InvertedDoublePendulum-v5", 9, 1, 1000), ("InvertedPendulum-v5", 4, 1, 1000),
    ("Pusher-v5", 23, 7, 100), ("Reacher-v5", 10, 2, 50), ("Swimmer-v5", 8, 2, 1000),
    ("Walker2d-v5", 17, 6, 1000),
  ]

  @Test("the sizes of all tasks are those of Gymnasium", arguments: sizes)
  func size(id: String, observations: Int, actions: Int, limit: Int) throws {
    let specification = try EnvironmentCatalogue.mujoco.specification(id)
    #expect(specification.observationSpace.size == observations)
    #expect(specification.actionSpace.size == actions)
    #expect(specification.stepLimit == limit)
  }

  @Test("all eleven tasks are listed, in order")
  func order() {
    #expect(EnvironmentCatalogue.mujoco.entries.map(\.id) == Self.sizes.map(\.0))
  }

  @Test("options of the observation change its size")
  func options() throws {
    let size = { (id: String, options: [String: EnvironmentOption]) in
      try EnvironmentCatalogue.mujoco.specification(id, options: options).observationSpace.size
    }
    let hidden = "exclude_current_positions_from_observation"
    #expect(try size("Ant-v5", [hidden: false]) == 107)
    #expect(try size("Ant-v5", ["include_cfrc_ext_in_observation": false]) == 27)
    #expect(try size("Humanoid-v5", [hidden: false]) == 350)
    #expect(try size("Humanoid-v5", ["include_cinert_in_observation": false]) == 218)
    #expect(try size("Humanoid-v5", ["include_cvel_in_observation": false]) == 270)
    #expect(try size("Humanoid-v5", ["include_qfrc_actuator_in_observation": false]) == 331)
    #expect(try size("HumanoidStandup-v5", ["include_cfrc_ext_in_observation": false]) == 270)
    for id in ["HalfCheetah-v5", "Walker2d-v5"] { #expect(try size(id, [hidden: false]) == 18) }
    #expect(try size("Hopper-v5", [hidden: false]) == 12)
    #expect(try size("Swimmer-v5", [hidden: false]) == 10)
  }

  @Test(
    "values that do not fit are refused",
    arguments: [
      ("frame_skip", .number(0)), ("frame_skip", .number(2.5)), ("frame_skip", .string("5")),
      ("ctrl_cost_weight", .number(.nan)), ("reset_noise_scale", .number(-0.1)),
      ("healthy_z_range", [2, 1]), ("healthy_z_range", [1]), ("healthy_z_range", 1),
      ("healthy_z_rang", [1, 2]),
    ] as [(String, EnvironmentOption)])
  func misfits(name: String, value: EnvironmentOption) {
    let error = #expect(throws: UserError.self) {
      try EnvironmentCatalogue.mujoco.specification("Walker2d-v5", options: [name: value])
    }
    #expect(error?.kind == .configuration)
    #expect(error?.description.contains("\n") == false)
  }

  @Test("a range may be open at an end")
  func infinite() throws {
    let options: [String: EnvironmentOption] = ["healthy_z_range": .numbers([0.5, .infinity])]
    _ = try EnvironmentCatalogue.mujoco.specification("Walker2d-v5", options: options)
    let defaults = try EnvironmentCatalogue.mujoco.entry("Hopper-v5").options
    #expect(defaults.contains { $0.name == "healthy_z_range" && "\($0.value)" == "[0.7, inf]" })
  }
}
