import CoppiceNetworks
import CoppiceTensors

/// Reads paths from their last time to their first, and says at each what is still to come.
///
/// At each time it sees the values, 0 where one is missing; whether they are there; and how long it is to the
/// time that was read before, in the mean distance of two times.
///
/// ## Shapes
/// - `B` paths, `T` times, `C` channels: sequences of `T` steps that read `[2 C + 1]`
final class PathEncoder {
  let network: RecurrentNetwork<Float>
  /// What was said.
  let track: ContextTrack<Float>

  private let inputs: Panels<Float>
  private let trace: RecurrentTrace<Float>
  private let distances: [Float]
  private let pool: WorkerPool
  private let panelCount: Int

  init(
    _ network: RecurrentNetwork<Float>, times: [Double], channelCount: Int, sampleCount: Int,
    pool: WorkerPool
  ) {
    self.network = network
    self.pool = pool
    panelCount = panelCountFor(samples: sampleCount)
    inputs = Panels(
      featureCount: 2 * channelCount + 1, sampleCount: panelCount * panelWidth * times.count)
    trace = RecurrentTrace(for: network, sequenceCount: sampleCount, stepCount: times.count)
    track = ContextTrack(times: times, contexts: trace.output, gradients: trace.outputGradient)
    let mean = (times[times.count - 1] - times[0]) / Double(max(1, times.count - 1))
    distances = times.indices.map {
      $0 + 1 < times.count ? Float((times[$0 + 1] - times[$0]) / mean) : 0
    }
  }

  /// Writes a path of `data` as sample `sample`.
  func write(_ path: Int, of data: PathSet, sample: Int) {
    let count = data.channelCount
    let (panel, lane) = (sample / panelWidth, sample % panelWidth)
    for index in track.times.indices {
      let place = inputs.panel(track.place(of: index, panel: panel)) + lane
      for channel in 0..<count {
        let value = data[path: path, time: index, channel: channel]
        place[channel * panelWidth] = value.isNaN ? 0 : value
        place[(count + channel) * panelWidth] = value.isNaN ? 0 : 1
      }
      place[2 * count * panelWidth] = distances[index]
    }
  }

  func forward() {
    pool.run { worker in
      self.network.forward(
        panels: self.steps(worker.part), input: self.inputs.run, trace: self.trace)
    }
  }

  /// Carries the gradients of the contexts, which lie in ``track``, back to the parameters.
  func backward() {
    pool.run { worker in
      let panels = self.steps(worker.part)
      self.network.backward(panels: panels, trace: self.trace)
      self.network.prepareWeightGradients(
        panels: panels, input: self.inputs.run, trace: self.trace)
      worker.barrier()
      self.network.backwardWeights(
        part: worker.part, input: self.inputs.run, trace: self.trace)
    }
  }

  /// The panels of a share of the sequences.
  private func steps(_ part: Part) -> Range<Int> {
    let own = part.range(of: panelCount)
    return (own.lowerBound * track.times.count)..<(own.upperBound * track.times.count)
  }
}
