import CoppiceReports

/// A number that runs record: its name, its unit and its meaning, declared once.
///
/// `coppice list metrics` and the table in Documentation/Formats.md are made of these.
public struct Metric: Sendable, Hashable {
  /// The name in logs: `train/critic-loss`.
  public let name: String
  /// The unit; `1` for fractions and pure numbers.
  public let unit: String
  /// What it says.
  public let meaning: String

  /// The loss of the critics.
  public static let criticLoss = Metric(
    name: "train/critic-loss", unit: "reward²",
    meaning: "mean squared error of both critics, summed, since the last line")

  /// The return of the episode that ended last.
  public static let episodeReturn = Metric(
    name: "train/episode-return", unit: "reward",
    meaning: "return of the training episode that ended last, with exploration noise")

  /// How many training episodes ended.
  public static let episodes = Metric(
    name: "train/episodes", unit: "episodes", meaning: "training episodes that ended so far")

  /// The critics' opinion of the actor.
  public static let value = Metric(
    name: "train/value", unit: "reward",
    meaning: "mean value of the actor's actions, since the last line: the first critic's in TD3, "
      + "the smaller of both in SAC")

  /// How random a stochastic policy is.
  public static let entropy = Metric(
    name: "train/entropy", unit: "nat",
    meaning: "mean of −log π over the actions that the policy sampled, since the last line")

  /// What entropy is worth.
  public static let temperature = Metric(
    name: "train/temperature", unit: "reward/nat",
    meaning: "α, what a nat of entropy is worth, on average since the last line")

  /// How many transitions can be drawn.
  public static let transitions = Metric(
    name: "replay/transitions", unit: "transitions",
    meaning: "transitions in the replay that can be drawn")

  /// Environment steps per second.
  public static let environmentRate = Metric(
    name: "speed/environment-steps-per-second", unit: "1/s",
    meaning: "environment steps per second of wall-clock time, since the last line")

  /// Seconds of training.
  public static let elapsed = Metric(
    name: "speed/elapsed-seconds", unit: "s",
    meaning: "wall-clock time since the run was started or resumed")

  /// The fraction of zeros of a network.
  public static func sparsity(of network: String) -> Metric {
    Metric(
      name: "sparsity/\(network)", unit: "1",
      meaning: "fraction of the weights of \(network) that are zero, biases apart")
  }

  /// How many entries of a network's masks changed at an update.
  public static func divergence(of network: String) -> Metric {
    Metric(
      name: "sparsity/divergence-\(network)", unit: "1",
      meaning: "mask entries of \(network) that changed at a mask update, as a fraction of its "
        + "maskable weights, on average since the last line")
  }

  /// Kept weights of all networks that learn.
  public static let keptWeights = Metric(
    name: "sparsity/kept-weights", unit: "weights",
    meaning: "weights that take part in the products, of all networks that learn, biases apart")

  /// What an update costs beside a dense one.
  public static let relativeOperations = Metric(
    name: "sparsity/relative-operations", unit: "1",
    meaning: "operations of an update as papers count them, over those of dense networks: forward "
      + "and backward of the networks that learn, without targets")

  /// What is seen in a network every `measure_every` steps.
  public static func inside(_ network: String) -> [Metric] {
    [
      Metric(
        name: "network/dormant-0.025-\(network)", unit: "1",
        meaning:
          "fraction of the hidden units of \(network) whose mean activation is at most 0.025 "
          + "of the mean of their layer, on one batch"),
      Metric(
        name: "network/dormant-0.1-\(network)", unit: "1",
        meaning: "the same for 0.1"),
      Metric(
        name: "network/disconnected-\(network)", unit: "1",
        meaning:
          "fraction of the hidden units of \(network) without a kept incoming weight; not among "
          + "the dormant ones"),
      Metric(
        name: "network/effective-rank-\(network)", unit: "1",
        meaning:
          "how many singular values of the last hidden layer of \(network) make up 99 % of their "
          + "sum, on one batch"),
    ]
  }

  /// Every metric, in alphabetical order.
  public static let all: [Metric] = {
    let networks = ["actor", "critic-1", "critic-2"]
    let single = [
      criticLoss, episodeReturn, episodes, value, entropy, temperature, transitions,
      environmentRate, elapsed, keptWeights, relativeOperations,
    ]
    let own = networks.map(sparsity) + networks.map(divergence) + networks.flatMap(inside)
    return (single + own).sorted {
      $0.name < $1.name
    }
  }()

  /// The table for the documentation, in Markdown.
  public static var documentation: String {
    var table = TextTable([("Name", .left), ("Unit", .left), ("Meaning", .left)])
    for metric in all { table.add(["`\(metric.name)`", metric.unit, metric.meaning]) }
    return table.markdown
  }
}
