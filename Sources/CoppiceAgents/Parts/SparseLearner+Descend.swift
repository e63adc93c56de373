import CoppiceNetworks
import CoppiceSparsity
import CoppiceTensors

extension SparseLearner where Scalar == Float {
  /// Sums the weight gradients over the batch and takes one optimiser step.
  ///
  /// Each pass reads what all workers of the one before have written.
  ///
  /// - Parameters:
  ///   - trace: What the backward pass left behind.
  ///   - inputs: What went into the network.
  ///   - rate: τ where the target follows in this step.
  ///   - worker: Who of those that share this network.
  ///   - laps: Where the times go.
  ///   - part: Who of all workers.
  func descend(
    _ trace: MLPTrace<Float>, inputs: Panels<Float>, targetRate rate: Float?, _ worker: Worker,
    laps: UpdateLaps, _ part: Part
  ) {
    worker.barrier()
    network.backwardWeights(part: worker.part, input: inputs.run, trace: trace)
    laps.end(.products, part)
    worker.barrier()
    step(part: worker.part, targetRate: rate)
    laps.end(.elementwise, part)
    worker.barrier()
    refresh(part: worker.part, targetRate: rate)
    laps.end(.elementwise, part)
  }
}
