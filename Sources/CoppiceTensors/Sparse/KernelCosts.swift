/// What one product has to do for a panel of 64 samples, as far as it costs time.
struct ProductLoad {
  /// Weights that are multiplied.
  var weights: Double
  /// Those of them whose activations have left the first cache meanwhile.
  var spilledWeights = 0.0
  /// Rows that are begun and ended: of every block of inputs, or groups of rows that share theirs.
  var rows: Double
  /// Inputs that are read at all.
  var inputs: Double
}

/// What one product costs, in cycles for each part of its load.
struct ProductCost: Sendable {
  var perWeight: Double
  var perSpilledWeight = 0.0
  var perRow: Double
  var perInput: Double

  func cycles(of load: ProductLoad) -> Double {
    perWeight * load.weights + perSpilledWeight * load.spilledWeights + perRow * load.rows
      + perInput * load.inputs
  }
}

/// What the three products of a way to store weights cost; an optimiser step counts as a part of the
/// weight gradients, and what it makes necessary as a part of the backward pass.
struct StorageCosts: Sendable {
  var forward: ProductCost
  var backward: ProductCost
  var weights: ProductCost

  /// Cycles of an update for a panel of 64 samples.
  func cycles(forward: ProductLoad, backward: ProductLoad, weights: ProductLoad) -> Double {
    self.forward.cycles(of: forward) + self.backward.cycles(of: backward)
      + self.weights.cycles(of: weights)
  }
}

/// What storages cost with one instruction set: constants, so that choices are the same everywhere.
///
/// Fitted to what `coppice benchmark kernels` measures on a Zen 5 core with batches of 256, so that the
/// choice is the fastest plan as often as possible, and the predicted time right to about a tenth.
struct KernelCosts: Sendable {
  var rows: StorageCosts
  var sharedRows: StorageCosts
  var masked: StorageCosts
}

extension KernelCosts {
  /// Sixteen floats in a vector, thirty-two registers.
  static let avx512 = KernelCosts(
    rows: StorageCosts(
      forward: ProductCost(perWeight: 1.98, perSpilledWeight: 1.11, perRow: 10.9, perInput: 2.39),
      backward: ProductCost(perWeight: 3.3, perSpilledWeight: 1.78, perRow: 15, perInput: 0),
      weights: ProductCost(perWeight: 3.02, perSpilledWeight: 0.729, perRow: 8.92, perInput: 1.71)),
    sharedRows: StorageCosts(
      forward: ProductCost(perWeight: 1.88, perRow: 32.5, perInput: 0.636),
      backward: ProductCost(perWeight: 2.84, perRow: 17.6, perInput: 0),
      weights: ProductCost(perWeight: 1.96, perRow: 41.6, perInput: 1.5)),
    masked: StorageCosts(
      forward: ProductCost(perWeight: 1.84, perRow: 4.89, perInput: 0),
      backward: ProductCost(perWeight: 2.23, perRow: 1.94, perInput: 0),
      weights: ProductCost(perWeight: 2.54, perRow: 12.6, perInput: 2.77)))

  /// Eight floats in a vector, sixteen registers; what narrower sets have in common with it is more
  /// arithmetic for everything that is loaded.
  static let avx2 = KernelCosts(
    rows: StorageCosts(
      forward: ProductCost(perWeight: 4.22, perSpilledWeight: 0.725, perRow: 12, perInput: 0.567),
      backward: ProductCost(perWeight: 5.35, perSpilledWeight: 0.894, perRow: 18.3, perInput: 0),
      weights: ProductCost(perWeight: 4.87, perSpilledWeight: 0, perRow: 11.7, perInput: 0.528)),
    sharedRows: StorageCosts(
      forward: ProductCost(perWeight: 3.79, perRow: 25.6, perInput: 1.49),
      backward: ProductCost(perWeight: 5.01, perRow: 23.5, perInput: 6.83),
      weights: ProductCost(perWeight: 5.07, perRow: 53.2, perInput: 0.457)),
    masked: StorageCosts(
      forward: ProductCost(perWeight: 2.26, perRow: 13.7, perInput: 0),
      backward: ProductCost(perWeight: 5.37, perRow: 7.5, perInput: 1.82),
      weights: ProductCost(perWeight: 5.01, perRow: 4.24, perInput: 1.51)))
}

extension InstructionSet {
  /// What the kernels of the set cost.
  var costs: KernelCosts { self == .avx512 ? .avx512 : .avx2 }
}
