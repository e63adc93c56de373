import CoppiceNetworks
import CoppiceSparsity
import CoppiceTensors

extension SparseLearner where Network == MLP<Float> {
  /// Sums the weight gradients over the batch and takes one optimiser step.
  ///
  /// Each pass reads what all workers of the one before have written.
  ///
  /// - Parameters:
  ///   - traces: What the backward pass of each path left behind.
  ///   - inputs: What went into the network.
  ///   - worker: Who of those that share this network.
  ///   - laps: Where the times go.
  ///   - part: Who of all workers.
  func descend(
    _ traces: [MLPTrace<Float>], inputs: Panels<Float>, _ worker: Worker, laps: UpdateLaps,
    _ part: Part
  ) {
    worker.barrier()
    sumGradients(part: worker.part, input: inputs.run, traces: traces)
    laps.end(.products, part)
    worker.barrier()
    step(part: worker.part)
    laps.end(.elementwise, part)
    worker.barrier()
    refresh(part: worker.part)
    laps.end(.elementwise, part)
  }
}
