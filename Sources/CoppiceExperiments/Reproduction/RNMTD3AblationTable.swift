extension Reproduction {
  /// What the returns of 1:8 depend on: one choice of the method changed at a time.
  ///
  /// Runs are of 300,000 steps: dense and 1:8 are apart by then in the records of ``rnmTD3``, and ten variants with
  /// three seeds each take a third of the time.
  ///
  /// ## Source
  /// Vrce, Kassler, Aydos 2026, arXiv 2602.14578, study how often masks change; which other choices matter is our
  /// question. Straight-through gradients and their decay are those of Zhou et al. 2021, "Learning N:M Fine-grained
  /// Structured Sparse Neural Networks From Scratch".
  public static let rnmTD3Ablation = Reproduction(
    name: "rnm-td3-ablation",
    claim: "masks that change less often are better; what else decides is our question",
    source: "Vrce, Kassler, Aydos 2026, arXiv 2602.14578: an index of its results",
    differences:
      "the paper's intervals are not known to us; all other choices are ours, and 300,000 steps",
    figures: [],
    study: """
      format = 1
      name = "rnm-td3-ablation"

      [settings]
      algorithm = "td3"
      steps = 300000

      [grid]
      environment = ["HalfCheetah-v5"]
      sparsity = ["1:8"]
      seed = [1, 2, 3]
      sparsity_options = [
        { mask_update_interval = 100 },
        { mask_update_interval = 10000 },
        { gradient_mode = "ste" },
        { gradient_mode = "sr-ste" },
        { gradient_mode = "hard" },
        { mask_first_layer = false },
        { mask_output_layer = false },
        { mask_first_layer = false, mask_output_layer = false },
      ]

      """ + members)

  private static var members: String {
    ["dense", "1:8"].map { sparsity in
      (1...3).map { seed in
        """
        [[member]]
        environment = "HalfCheetah-v5"
        sparsity = "\(sparsity)"
        seed = \(seed)

        """
      }.joined()
    }.joined()
  }
}
