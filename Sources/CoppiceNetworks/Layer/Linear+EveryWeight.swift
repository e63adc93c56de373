import CoppiceTensors

/// Weight gradients into memory of the caller's, of the parameters or of every weight.
extension Linear {
  /// The same weights in a second path in which every one takes part: shared with a sparse layer, which
  /// stores them, and copied from a dense one.
  func withEveryWeight() -> Linear<Scalar> {
    storage == .dense ? Linear(copying: self) : Linear(sharingWeightsOf: self)
  }

  /// How many numbers of scratch the transposed inputs of a batch take.
  func transposedCount(panelCount: Int, for use: StageScratch<Scalar>.Use) -> Int {
    switch use {
    case .evaluation: 0
    case .learning: transposedCount(panelCount: panelCount)
    case .everyGradient: arithmetic.transposedCount(shape, panelCount: panelCount)
    }
  }

  /// Transposes input panel `panel` into that scratch.
  @inline(__always)
  func transpose(
    panel: Int, panelCount: Int, everyWeight: Bool, input: UnsafePointer<Scalar>,
    transposed: UnsafeMutablePointer<Scalar>
  ) {
    if everyWeight {
      arithmetic.transpose(
        shape, panel: panel, panelCount: panelCount, input: input, transposed: transposed)
    } else {
      transpose(panel: panel, panelCount: panelCount, input: input, transposed: transposed)
    }
  }

  /// Sums the gradients over `inputs`, for the share of `part`.
  @inline(__always)
  func backwardWeights(
    part: Part, everyWeight: Bool, inputs: PanelRun<Scalar>, outputGradients: PanelRun<Scalar>,
    transposed: UnsafePointer<Scalar>?, weights: UnsafeMutablePointer<Scalar>,
    biases: UnsafeMutablePointer<Scalar>
  ) {
    if everyWeight {
      arithmetic.denseBackwardWeights(
        shape, part: part, inputs: inputs, outputGradients: outputGradients,
        transposed: transposed, weightGradient: weights, biasGradient: biases)
    } else {
      backwardWeights(
        part: part, inputs: inputs, outputGradients: outputGradients, transposed: transposed,
        weights: weights, biases: biases)
    }
  }
}
