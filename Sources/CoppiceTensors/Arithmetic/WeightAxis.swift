/// Along which side of a weight matrix groups of weights lie.
public enum WeightAxis: String, Sendable, Codable, CaseIterable {
  /// Weights of one output, neighbouring inputs: row-wise.
  case input
  /// Weights of one input, neighbouring outputs: column-wise.
  case output
}
