import CoppiceNetworks
import CoppiceSparsity
import CoppiceTensors

/// A network that is asked once for a whole batch: what goes in, what comes out, and both gradients.
final class BatchNetwork {
  let network: MLP<Float>
  let inputs: Panels<Float>
  let trace: MLPTrace<Float>
  /// ∂ loss / ∂ the inputs that the network was made to give gradients for; empty where there are none.
  let inputGradient: Panels<Float>?
  private let pool: WorkerPool

  init(_ network: MLP<Float>, sampleCount: Int, inputGradients: Int, pool: WorkerPool) {
    self.network = network
    self.pool = pool
    inputs = Panels(featureCount: network.inputCount, sampleCount: sampleCount)
    trace = MLPTrace(for: network, sampleCount: sampleCount)
    inputGradient =
      inputGradients > 0 ? Panels(featureCount: inputGradients, sampleCount: sampleCount) : nil
  }

  var output: Panels<Float> { trace.output }
  var outputGradient: Panels<Float> { trace.outputGradient }

  func forward() {
    pool.run { worker in
      self.network.forward(
        panels: worker.part.range(of: self.inputs.panelCount), input: self.inputs.run,
        trace: self.trace)
    }
  }

  /// Carries the gradients of the outputs back to the inputs and to the parameters.
  func backward() {
    pool.run { worker in
      let panels = worker.part.range(of: self.inputs.panelCount)
      self.network.backward(
        panels: panels, trace: self.trace, inputGradient: self.inputGradient)
      self.network.prepareWeightGradients(
        panels: panels, input: self.inputs.run, trace: self.trace)
      worker.barrier()
      self.network.backwardWeights(part: worker.part, input: self.inputs.run, trace: self.trace)
    }
  }
}
