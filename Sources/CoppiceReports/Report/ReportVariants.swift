/// Runs that differ in nothing but their seed, brought together.
struct ReportVariants {
  /// The worlds, in the order of the runs.
  let environments: [String]
  /// The variants' names, in the order of the runs.
  let names: [String]
  /// Runs with the settings and the seed of another one that went further.
  let repeated: [ReportRun]
  /// Those that are reported.
  let runs: [ReportRun]
  private let groups: [String: [String: [ReportRun]]]

  init(_ all: [ReportRun]) {
    (runs, repeated) = Self.withoutRepetitions(all)
    let telling = Self.tellingSettings(of: runs)
    environments = unique(runs.map(\.environment))
    let named = runs.map { (name: Self.name(of: $0, telling), run: $0) }
    names = unique(named.map(\.name))
    groups = Dictionary(grouping: named, by: \.run.environment).mapValues {
      Dictionary(grouping: $0, by: \.name).mapValues { $0.map(\.run) }
    }
  }

  /// The runs of a variant in a world, by seed.
  func runs(_ variant: String, in environment: String) -> [ReportRun] {
    (groups[environment]?[variant] ?? []).sorted { $0.seed < $1.seed }
  }

  /// How many seeds the variants have that there are, from the fewest to the most.
  var seedCounts: ClosedRange<Int> {
    let counts = groups.values.flatMap { $0.values.map(\.count) }
    return (counts.min() ?? 0)...(counts.max() ?? 0)
  }

  /// "3 seeds", or "1 to 3 seeds".
  var seedText: String {
    seedCounts.lowerBound == seedCounts.upperBound
      ? SeedText.count(seedCounts.upperBound)
      : "\(seedCounts.lowerBound) to \(seedCounts.upperBound) seeds"
  }

  /// How many seeds there are, as a sentence.
  var seedSentence: String {
    "There \(seedCounts.upperBound == 1 ? "is" : "are") \(seedText) of each variant."
  }

  private static func withoutRepetitions(_ all: [ReportRun]) -> ([ReportRun], [ReportRun]) {
    struct Identity: Hashable {
      let words: [String]
      let seed: UInt64
      let settings: [String: String]
    }
    func reach(_ run: ReportRun) -> Int { run.evaluations.last?.step ?? 0 }
    var best: [Identity: Int] = [:]
    var order: [Int] = []
    var repeated: [ReportRun] = []
    for (index, run) in all.enumerated() {
      let identity = Identity(
        words: [run.environment, run.algorithm, run.sparsity], seed: run.seed,
        settings: run.settings)
      guard let other = best[identity] else {
        best[identity] = index
        order.append(index)
        continue
      }
      if reach(run) > reach(all[other]), let place = order.firstIndex(of: other) {
        repeated.append(all[other])
        best[identity] = index
        order[place] = index
      } else {
        repeated.append(run)
      }
    }
    return (order.map { all[$0] }, repeated)
  }

  /// The settings that differ between runs of the same world, algorithm and sparsity.
  private static func tellingSettings(of runs: [ReportRun]) -> [String] {
    var telling: Set<String> = []
    let alike = Dictionary(grouping: runs) { [$0.environment, $0.algorithm, $0.sparsity] }
    for group in alike.values {
      guard let first = group.first else { continue }
      for run in group.dropFirst() where run.settings != first.settings {
        for name in Set(run.settings.keys).union(first.settings.keys)
        where run.settings[name] != first.settings[name] { telling.insert(name) }
      }
    }
    return telling.sorted()
  }

  private static func name(of run: ReportRun, _ telling: [String]) -> String {
    let settings = telling.map { "\($0) \(run.settings[$0] ?? "-")" }
    return (["\(run.algorithm) \(run.sparsity)"] + settings).joined(separator: ", ")
  }
}

/// The first of each of the values that are equal, in their order.
func unique<Value: Hashable>(_ values: [Value]) -> [Value] {
  var seen: Set<Value> = []
  return values.filter { seen.insert($0).inserted }
}
