/// How precise the numbers are that products multiply; sums are in single precision in any case.
public enum Precision: String, CaseIterable, Sendable, Codable {
  /// Single precision: 24 bits.
  case float32
  /// The upper half of single precision: its range, with 8 bits. Weights, activations and gradients
  /// are rounded to nearest even on their way into a product; what the optimiser moves is not.
  case bfloat16 = "bf16"

  /// Whether a layer of this precision may be stored by `plan`: no product is rounded that was not
  /// asked for.
  func allows(_ plan: SparsePlan) -> Bool { plan.precision == .float32 || plan.precision == self }
}
