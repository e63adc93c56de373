import CoppiceTensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension LatentPosterior {
  /// How likely observations are under the drawn paths, and what these cost; means over the samples.
  ///
  /// An observation is normal around the value with that deviation; missing ones count nothing.
  ///
  /// - Parameters:
  ///   - paths: Which path of `data` each of the first samples is.
  ///   - data: What was observed.
  ///   - deviation: σ.
  ///   - writesGradients: Whether ∂ mean / ∂ values is written for ``backward(_:divergenceGradient:)``.
  /// - Returns: The three parts of the bound; the loss is their sum.
  func score(
    _ paths: [Int], of data: PathSet, deviation: Double, writesGradients: Bool
  ) -> LatentSDE.Progress {
    let constant = log(deviation) + log(2 * Double.pi) / 2
    let precision = 1 / (deviation * deviation)
    let share = 1 / Double(paths.count)
    var (surprise, path, initial) = (0.0, 0.0, 0.0)
    for (sample, number) in paths.enumerated() {
      let (panel, lane) = (sample / panelWidth, sample % panelWidth)
      for time in times.indices {
        let (found, gradients) = (
          values(at: time, panel: panel) + lane, valueGradients(at: time, panel: panel) + lane
        )
        for channel in 0..<data.channelCount {
          let observed = data[path: number, time: time, channel: channel]
          var gradient = 0.0
          if !observed.isNaN {
            let difference = Double(found[channel * panelWidth]) - Double(observed)
            surprise += difference * difference * precision / 2 + constant
            gradient = difference * precision * share
          }
          if writesGradients { gradients[channel * panelWidth] = Float(gradient) }
        }
      }
      path += pathDivergence(sample)
      initial += initialDivergence(sample)
    }
    return LatentSDE.Progress(
      loss: (surprise + path + initial) * share, reconstruction: surprise * share,
      pathDivergence: path * share, initialDivergence: initial * share)
  }
}
