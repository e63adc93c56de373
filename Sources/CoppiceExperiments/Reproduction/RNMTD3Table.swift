extension Reproduction {
  /// The comparison of row-wise N:M sparsity with dense TD3.
  ///
  /// ## Source
  /// Vrce, Kassler, Aydos 2026, "RNM-TD3: N:M Semi-structured Sparse Reinforcement Learning From Scratch",
  /// arXiv 2602.14578. Only its abstract and a published index of its results are known to us, so settings
  /// are those of TD3 (Fujimoto, van Hoof, Meger 2018) with hidden layers of 256 units and the choices that
  /// the article on RNM-TD3 names.
  public static let rnmTD3 = Reproduction(
    name: "rnm-td3",
    claim: "2:4 and 1:4 are better than dense, 2:4 by up to 14 % on Ant, and 1:8 keeps up",
    source: "Vrce, Kassler, Aydos 2026, arXiv 2602.14578: abstract, and an index of its results",
    differences: "the paper's hyper-parameters and seeds are not known to us; 2:4x4 is ours",
    figures: [
      Figure("Ant-v5", "2:4", .normalisedReturn, 1.14, place: "abstract: up to +14 %"),
      Figure(
        "HalfCheetah-v5", nil, .normalisedReturn, 1.01,
        place: "index of results: the best pattern, which is not named"),
    ],
    study: """
      format = 1
      name = "rnm-td3"

      [settings]
      algorithm = "td3"
      steps = 1000000

      [grid]
      environment = ["HalfCheetah-v5", "Ant-v5"]
      sparsity = ["dense", "2:4", "2:4x4", "1:4", "1:8"]
      seed = [1, 2, 3]
      """)
}
