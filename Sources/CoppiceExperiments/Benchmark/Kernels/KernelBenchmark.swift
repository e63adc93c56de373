public import CoppiceSparsity
public import CoppiceTensors

/// Measures the kernels of single layers: every operation, in every storage that can serve.
///
/// The dense layer and all storages of a shape and a sparsity take turns, so ratios hold whatever
/// happened to the clock meanwhile. Numbers are hot in the second cache, as they are in training.
public struct KernelBenchmark {
  /// The sizes of the layers.
  public var shapes = [LayerShape(outputs: 256, inputs: 256)]
  /// Samples of a batch.
  public var batch = 256
  /// How often each operation takes its turn.
  public var rounds = 15
  /// The operations that layers are computed with.
  public var arithmetic = KernelArithmetic.fastest

  /// A benchmark of the hidden layer that most networks have.
  public init() {}

  /// Runs the benchmark.
  ///
  /// - Parameter variants: Names and rules; `dense` has no rule.
  /// - Returns: What was measured, shape by shape in the order of `variants`.
  public func run(
    _ variants: [(name: String, rule: (any TopologyRule)?)]
  ) -> KernelBenchmarkReport {
    let roofline = Roofline.measured(for: arithmetic)
    var rows: [KernelBenchmarkRow] = []
    for shape in shapes {
      for (name, rule) in variants {
        rows += measure(KernelLayer(shape: shape, rule: rule), name: name)
      }
    }
    return KernelBenchmarkReport(roofline: roofline, batch: batch, rows: rows)
  }

  /// The rows of one layer: dense where the layer is, otherwise every plan that serves it.
  private func measure(_ layer: KernelLayer, name: String) -> [KernelBenchmarkRow] {
    // the dense one takes its turn in every case, for the others to be compared with
    let plans: [SparsePlan?] = [nil] + layer.plans
    let ring = KernelRing(
      contestants: plans.map {
        KernelContestant(layer, plan: $0, sampleCount: batch, arithmetic: arithmetic)
      }, rounds: rounds)
    let peak = MachinePeak.measured(for: arithmetic, seconds: 0.005).gigaflops
    let times = ring.times(of: KernelOperation.all)
    let chosen = arithmetic.plan(for: layer.work)
    var rows: [KernelBenchmarkRow] = []
    for (plan, own) in zip(plans, times) where plan != nil || layer.plans.isEmpty {
      let row = { (operation: String, seconds: [Double], dense: [Double]?, flops: Double) in
        KernelBenchmarkRow(
          shape: "\(layer.work.shape.outputs)x\(layer.work.shape.inputs)", sparsity: name,
          kept: layer.keptCount, plan: plan?.name ?? "dense", isChosen: plan == chosen,
          operation: operation, microseconds: Spread(seconds.map { $0 * 1e6 }),
          percentOfPeak: flops > 0
            ? 100 * flops / (Spread(seconds).median * peak * 1e9) : nil,
          speedup: dense.map { Spread(zip($0, seconds).map { $0 / $1 }) })
      }
      rows.append(row("update", own.update, times[0].update, 0))
      for entry in own {
        let dense = times[0].first { $0.operation.name == entry.operation.name }
        let samples = entry.operation.isOfOneSample ? 1 : batch
        rows.append(
          row(
            entry.operation.name, entry.seconds, dense?.seconds,
            2 * entry.operation.products * Double(layer.keptCount * samples)))
      }
    }
    return rows
  }
}
