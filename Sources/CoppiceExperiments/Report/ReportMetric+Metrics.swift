public import CoppiceReports

extension ReportMetric {
  /// What reports draw of the measurements of runs, in their order.
  public static let all: [ReportMetric] = {
    let networks = [
      (name: "actor", title: "actor", keys: ["actor"]),
      (name: "critics", title: "critics", keys: ["critic-1", "critic-2"]),
    ]
    let kept = ReportMetric(
      section: "Kept weights", name: "kept-weights", title: "Kept weights",
      axis: "kept weights", keys: [Metric.keptWeights.name],
      meaning: "Weights that take part in the products, of all networks that learn, biases apart.")
    let divergence = networks.map { network in
      ReportMetric(
        section: "Mask divergence", name: "mask-divergence-\(network.name)",
        title: "Mask divergence, \(network.title)",
        axis: "changed entries (fraction)",
        keys: network.keys.map { Metric.divergence(of: $0).name },
        meaning: "Mask entries that changed at a mask update, as a fraction of the maskable "
          + "weights, on average since the last line of metrics; of both critics the mean.")
    }
    let dormant = networks.map { network in
      ReportMetric(
        section: "Dormant units", name: "dormant-\(network.name)",
        title: "Dormant units, \(network.title)", axis: "dormant units (fraction)",
        keys: network.keys.compactMap {
          Metric.inside($0).first { $0.name.contains("-0.1-") }?.name
        },
        meaning: "Hidden units whose mean activation is at most 0.1 of the mean of their layer, on "
          + "one batch, as a fraction; of both critics the mean.")
    }
    return [kept] + divergence + dormant
  }()

  /// How fast training is.
  public static let rate = ReportMetric(
    section: "Where time goes", name: "steps-per-second", title: "Speed",
    axis: "environment steps per second", keys: [Metric.environmentRate.name],
    meaning: "Environment steps per second of wall-clock time, since the last line of metrics; "
      + "lines with random actions are left out.")
}
