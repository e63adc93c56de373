/// Something that is done with one layer, by name.
struct KernelOperation: Sendable {
  /// What reports call it.
  let name: String
  /// Multiply-adds of each kept weight and sample; 0 where work is no product.
  var products = 0.0
  /// Whether a product is of one sample, not of the batch.
  var isOfOneSample = false
  /// Whether it takes part in every gradient step.
  var isInUpdate = true
  /// Whether a dense layer does it as well.
  var isInDense = true
  /// Whether it is done where only kept weights are trained, and not where all are.
  var isOfOwnGradients = false
  let perform: @Sendable (KernelContestant) -> Void

  /// All operations, in the order of an update.
  static let all = [
    KernelOperation(name: "forward", products: 1) { $0.forward() },
    KernelOperation(name: "backward_data", products: 1) { $0.backwardData() },
    KernelOperation(name: "backward_weights", products: 1, isOfOwnGradients: true) {
      $0.backwardWeights()
    },
    KernelOperation(name: "step", isOfOwnGradients: true) { $0.step() },
    KernelOperation(name: "derive", isInDense: false) { $0.derive() },
    KernelOperation(name: "rebuild", isInUpdate: false, isInDense: false) { $0.rebuild() },
    KernelOperation(name: "forward_one", products: 1, isOfOneSample: true, isInUpdate: false) {
      $0.forwardOne()
    },
  ]
}
