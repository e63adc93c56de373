public import CoppiceNetworks
public import CoppiceTensors

extension SparseLearner {
  /// The collaborative gradient m G_sparse + (1 − m) G_full, for the share of `part`.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  func combineGradients(_ part: Part) {
    for view in views {
      let (online, full) = (network.layers[view.site.index], paths[1].layers[view.site.index])
      guard let topology = online.topology else { continue }
      replace(
        online.parameterGradient, by: full.parameterGradient, unless: topology.keptMask,
        in: part.range(of: (view.shape.weightCount + 15) / 16))
    }
  }

  /// g ← g + λ w for the weights that are not kept, before the optimiser sees them.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  func addInactiveDecay(_ part: Part) {
    guard case .straightThrough(let decay) = policy, decay > 0 else { return }
    for view in views {
      let layer = network.layers[view.site.index]
      guard let topology = layer.topology else { continue }
      addScaled(
        Scalar(decay), layer.parameters, to: layer.parameterGradient,
        unless: topology.keptMask, in: part.range(of: (view.shape.weightCount + 15) / 16))
    }
  }

  /// Draws the outputs of the two paths together: each loses c (z − z′)² / `B` against the other one,
  /// which counts as a constant.
  ///
  /// Nothing happens where there is one path, or before the collaboration begins. Comes after the
  /// losses of both paths and before their backward passes. Class scores have a distillation of their
  /// own, `MutualDistillation`.
  ///
  /// - Parameters:
  ///   - panels: Which panels; threads take different ones.
  ///   - traces: A trace for each path, with its outputs and its output gradients.
  ///   - sampleCount: `B`; lanes beyond it get nothing.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  public func collaborate(panels: Range<Int>, traces: [Network.Trace], sampleCount: Int) {
    guard let collaboration = activeCollaboration else { return }
    let (sparse, full) = (traces[0], traces[1])
    let factor = Scalar(2 * collaboration.weight / Double(sampleCount))
    for panel in panels {
      let live = max(0, min(panelWidth, sampleCount - panel * panelWidth))
      for feature in 0..<network.outputCount {
        drawTogether(
          live: live, factor: factor, sparse.output.panel(panel, feature: feature),
          full.output.panel(panel, feature: feature),
          sparse.outputGradient.panel(panel, feature: feature),
          full.outputGradient.panel(panel, feature: feature))
      }
    }
  }

  /// The same, for batches in which samples count differently, or not at all.
  ///
  /// - Parameters:
  ///   - panels: Which panels; threads take different ones.
  ///   - traces: A trace for each path, with its outputs and its output gradients.
  ///   - sampleCount: `B`.
  ///   - weights: For each lane of each panel what it counts; 0 where there is no sample.
  public func collaborate(
    panels: Range<Int>, traces: [Network.Trace], sampleCount: Int, weights: AlignedBuffer<Scalar>
  ) {
    guard let collaboration = activeCollaboration else { return }
    let (sparse, full) = (traces[0], traces[1])
    let factor = Scalar(2 * collaboration.weight / Double(sampleCount))
    for panel in panels {
      let own = UnsafePointer(weights.pointer + panel * panelWidth)
      for feature in 0..<network.outputCount {
        drawTogether(
          weights: own, factor: factor, sparse.output.panel(panel, feature: feature),
          full.output.panel(panel, feature: feature),
          sparse.outputGradient.panel(panel, feature: feature),
          full.outputGradient.panel(panel, feature: feature))
      }
    }
  }

  /// The collaboration of the paths in the step that has begun; nothing where there is none.
  public var activeCollaboration: Collaboration? {
    guard case .collaborative(let collaboration) = policy, paths.count > 1,
      collaboration.weight > 0, currentStep >= collaboration.firstStep
    else { return nil }
    return collaboration
  }

  /// Sets the weights that are not kept to zero in the layers of `part`; on steps after which masks
  /// change they are set aside first, for those that enter.
  @specialized(where Network == MLP<Float>)
  @specialized(where Network == MLP<Double>)
  func clearInactiveWeights(_ part: Part) {
    for (place, view) in views.enumerated() where view.site.index % part.count == part.index {
      let layer = network.layers[view.site.index]
      guard let topology = layer.topology else { continue }
      if isDue { layers[place].weights.copy(from: layer.parameters) }
      clear(layer.parameters, unless: topology.keptMask)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func drawTogether<Scalar: NetworkScalar>(
  live: Int, factor: Scalar, _ sparse: UnsafeMutablePointer<Scalar>,
  _ full: UnsafeMutablePointer<Scalar>, _ sparseGradient: UnsafeMutablePointer<Scalar>,
  _ fullGradient: UnsafeMutablePointer<Scalar>
) {
  for lane in 0..<live {
    let pull = factor * (sparse[lane] - full[lane])
    sparseGradient[lane] += pull
    fullGradient[lane] -= pull
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func drawTogether<Scalar: NetworkScalar>(
  weights: UnsafePointer<Scalar>, factor: Scalar, _ sparse: UnsafeMutablePointer<Scalar>,
  _ full: UnsafeMutablePointer<Scalar>, _ sparseGradient: UnsafeMutablePointer<Scalar>,
  _ fullGradient: UnsafeMutablePointer<Scalar>
) {
  for lane in 0..<panelWidth {
    let pull = weights[lane] * factor * (sparse[lane] - full[lane])
    sparseGradient[lane] += pull
    fullGradient[lane] -= pull
  }
}

/// target[i] += scale × source[i] for the vectors of `range`, where nothing is kept.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func addScaled<Scalar: NetworkScalar>(
  _ scale: Scalar, _ source: AlignedBuffer<Scalar>, to target: AlignedBuffer<Scalar>,
  unless mask: AlignedBuffer<UInt8>, in vectors: Range<Int>
) {
  for element in (vectors.lowerBound * 16)..<min(source.count, vectors.upperBound * 16)
  where mask.pointer[element] == 0 {
    target.pointer[element] += scale * source.pointer[element]
  }
}

/// target[i] = source[i] for the vectors of `range`, where nothing is kept.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func replace<Scalar: NetworkScalar>(
  _ target: AlignedBuffer<Scalar>, by source: AlignedBuffer<Scalar>,
  unless mask: AlignedBuffer<UInt8>, in vectors: Range<Int>
) {
  for element in (vectors.lowerBound * 16)..<min(source.count, vectors.upperBound * 16) {
    let (kept, other) = (target.pointer[element], source.pointer[element])
    target.pointer[element] = mask.pointer[element] != 0 ? kept : other
  }
}

/// Sets the elements to zero where nothing is kept.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func clear<Scalar: NetworkScalar>(
  _ numbers: AlignedBuffer<Scalar>, unless mask: AlignedBuffer<UInt8>
) {
  let (values, marks) = (numbers.pointer, mask.pointer)
  for element in 0..<numbers.count { values[element] = marks[element] != 0 ? values[element] : 0 }
}
