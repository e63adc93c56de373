extension Reproduction {
  /// The comparison of dynamic sparse training with dense and with static TD3.
  ///
  /// ## Source
  /// Sokar, Mocanu, Mocanu, Pechenizkiy, Stone 2022, "Dynamic Sparse Training for Deep Reinforcement
  /// Learning", tables 1 and 2.
  public static let dsTD3 = Reproduction(
    name: "ds-td3",
    claim: "with half of the weights, DS-TD3 ends above dense TD3, and learns faster",
    source:
      "Sokar et al. 2022, Dynamic Sparse Training for Deep Reinforcement Learning, tables 1 and 2",
    differences:
      "environments v5 in place of v3, whose rewards differ, so returns compare within a column only",
    figures: [
      Figure("HalfCheetah-v5", "dense", .finalReturn, 11153.48, place: "table 2, ± 473.29"),
      Figure("HalfCheetah-v5", "static", .finalReturn, 10583.84, place: "table 2, ± 307.03"),
      Figure("HalfCheetah-v5", "ds", .finalReturn, 11459.88, place: "table 2, ± 482.55"),
      Figure("HalfCheetah-v5", "dense", .learningCurveArea, 1.7686, place: "table 1"),
      Figure("HalfCheetah-v5", "static", .learningCurveArea, 1.7666, place: "table 1"),
      Figure("HalfCheetah-v5", "ds", .learningCurveArea, 1.9560, place: "table 1"),
      Figure("HalfCheetah-v5", "dense", .keptWeights, 214_784, place: "section 4.6"),
      Figure("HalfCheetah-v5", "ds", .relativeOperations, 0.49, place: "section 4.6"),
      Figure("Walker2d-v5", "dense", .finalReturn, 4042.36, place: "table 2, ± 576.57"),
      Figure("Walker2d-v5", "static", .finalReturn, 3951.01, place: "table 2, ± 443.78"),
      Figure("Walker2d-v5", "ds", .finalReturn, 4870.57, place: "table 2, ± 525.33"),
      Figure("Walker2d-v5", "dense", .learningCurveArea, 0.5264, place: "table 1"),
      Figure("Walker2d-v5", "static", .learningCurveArea, 0.5167, place: "table 1"),
      Figure("Walker2d-v5", "ds", .learningCurveArea, 0.6956, place: "table 1"),
      Figure("Hopper-v5", "dense", .finalReturn, 2184.78, place: "table 2, ± 1224.14"),
      Figure("Hopper-v5", "static", .finalReturn, 3570.88, place: "table 2, ± 43.71"),
      Figure("Hopper-v5", "ds", .finalReturn, 3587.17, place: "table 2, ± 70.62"),
      Figure("Hopper-v5", "dense", .learningCurveArea, 0.4788, place: "table 1"),
      Figure("Hopper-v5", "static", .learningCurveArea, 0.4984, place: "table 1"),
      Figure("Hopper-v5", "ds", .learningCurveArea, 0.5435, place: "table 1"),
    ],
    study: """
      format = 1
      name = "ds-td3"

      [settings]
      recipe = "ds-td3-base"
      steps = 1000000

      [grid]
      environment = ["HalfCheetah-v5"]
      sparsity = ["dense", "static", "ds"]
      seed = [1, 2, 3, 4, 5]
      """)
}
