public import CoppiceTensors

extension MLPTrace: NetworkTrace {}

extension EveryWeightGradient: EveryLayerGradient {}

extension MLP: LayerChain {
  /// Room for the gradients of every weight of some layers.
  public func makeEveryGradient(
    sampleCount: Int, isWanted: (Int) -> Bool
  ) -> EveryWeightGradient<Scalar> {
    EveryWeightGradient(for: self, sampleCount: sampleCount, isWanted: isWanted)
  }

  /// Lays out what the gradients of every weight of `panels` are summed from.
  public func prepare(
    _ gradient: EveryWeightGradient<Scalar>, panels: Range<Int>, input: PanelRun<Scalar>,
    trace: MLPTrace<Scalar>
  ) {
    gradient.prepare(self, panels: panels, input: input, trace: trace)
  }

  /// Sums the gradients of every weight over the batch, for the share of `part`.
  public func sum(
    _ gradient: EveryWeightGradient<Scalar>, part: Part, input: PanelRun<Scalar>,
    trace: MLPTrace<Scalar>
  ) {
    gradient.sum(self, part: part, input: input, trace: trace)
  }
}
