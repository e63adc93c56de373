public import CoppiceTensors

/// Each panel sums the gradients of its windows by itself; the batch is the sum of its panels, in their
/// order, so that numbers do not depend on how panels were shared.
extension Convolution {
  /// Numbers of a sum of weight gradients and of the bias gradients behind them, whole vectors each.
  func sumCount(everyWeight: Bool) -> Int {
    biasOffset(everyWeight: everyWeight) + (linear.shape.outputs + 15) / 16 * 16
  }

  private func biasOffset(everyWeight: Bool) -> Int {
    let weights = everyWeight ? linear.shape.weightCount : linear.parameterGradient.count
    return (weights + 15) / 16 * 16
  }

  /// How many of the weight gradients are in use.
  private func gradientCount(everyWeight: Bool) -> Int {
    guard !everyWeight, linear.storage == .kept, let topology = linear.topology else {
      return linear.shape.weightCount
    }
    return topology.positionCount
  }

  /// Sums the weight gradients of `panels`, each by itself.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func prepareWeightGradients(
    panels: Range<Int>, input: PanelRun<Scalar>, outputGradient: PanelRun<Scalar>,
    scratch: StageScratch<Scalar>
  ) {
    guard let first = panels.first else { return }
    let every = scratch.everyWeight
    let band = scratch.work.panel(first)
    let transposed =
      scratch.transposed.pointer + scratch.transposed.count / scratch.panelCount * first
    let transposes = scratch.transposed.count > 0
    let (columns, place) = (output.width, shape.channels * panelWidth)
    let (all, biasOffset) = (sumCount(everyWeight: every), biasOffset(everyWeight: every))
    for panel in panels {
      let sum = scratch.sums.panel(panel)
      for row in 0..<output.height {
        // the first row begins the sum, others are added to it
        let target = row == 0 ? sum : sum + all
        cut(row, from: input.panel(panel), into: band)
        if transposes {
          for column in 0..<columns {
            linear.transpose(
              panel: column, panelCount: columns, everyWeight: every,
              input: UnsafePointer(band + column * windowStep), transposed: transposed)
          }
        }
        linear.backwardWeights(
          part: .whole, everyWeight: every,
          inputs: PanelRun(start: UnsafePointer(band), stride: windowStep, count: columns),
          outputGradients: PanelRun(
            start: outputGradient.panel(panel) + row * columns * place, stride: place,
            count: columns),
          transposed: transposes ? UnsafePointer(transposed) : nil, weights: target,
          biases: target + biasOffset)
        if row > 0 {
          linear.arithmetic.add(count: all, input: UnsafePointer(target), output: sum)
        }
      }
    }
  }

  /// Adds up the sums of all panels, for the share of `part`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backwardWeights(
    part: Part, input: PanelRun<Scalar>, outputGradient: PanelRun<Scalar>,
    weights: AlignedBuffer<Scalar>, biases: AlignedBuffer<Scalar>, scratch: StageScratch<Scalar>
  ) {
    let own = part.vectorRange(of: gradientCount(everyWeight: scratch.everyWeight))
    let ownBiases = part.vectorRange(of: linear.shape.outputs)
    let offset = biasOffset(everyWeight: scratch.everyWeight)
    for panel in 0..<scratch.panelCount {
      let sum = scratch.sums.panel(panel)
      collect(own, sum, weights.pointer, begins: panel == 0)
      collect(ownBiases, sum + offset, biases.pointer, begins: panel == 0)
    }
  }

  @inline(__always)
  private func collect(
    _ range: Range<Int>, _ sum: UnsafeMutablePointer<Scalar>,
    _ total: UnsafeMutablePointer<Scalar>, begins: Bool
  ) {
    let target = total + range.lowerBound
    if begins {
      target.update(from: sum + range.lowerBound, count: range.count)
    } else {
      linear.arithmetic.add(
        count: range.count, input: UnsafePointer(sum + range.lowerBound), output: target)
    }
  }
}
