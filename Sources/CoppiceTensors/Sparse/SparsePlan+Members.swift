// The costs are cycles per panel of 64 samples on a Zen 5 core with AVX-512, fitted to the table that
// `coppice benchmark kernels` prints: so much for each kept weight, and so much for each row of a block.

extension SparsePlan {
  /// Every row on its own, 128 inputs at a time.
  public static let rows = rows("rows", forward: 128, backward: 128)

  /// Every row on its own, 128 inputs at a time forward and 256 backward.
  public static let wideBackwardRows = rows(
    "rows-backward-256", forward: 128, backward: 256)

  /// Every row on its own, 256 inputs at a time.
  public static let wideRows = rows("rows-256", forward: 256, backward: 256)

  /// Four rows share what they load.
  public static let sharedRows = SparsePlan(
    name: "shared-rows", summary: "four rows share what they load",
    precision: .float32,
    serves: { $0.sharesRows },
    cost: { work in
      let tiles = Double(slots(work.shape.outputs, work.shape.inputs, block: 256)) / 4
      let kept = Double(work.keptCount)
      let columns = Double(work.gradientColumnCount)
      let backward = kept * columns / Double(work.shape.inputs)
      return 2.08 * kept + 25 * tiles + 2.27 * backward + 20 * columns + 2.3 * kept + 35 * tiles
    },
    make: { shape, capacity, columns in
      SharedRowFormat(shape: shape, capacity: capacity, gradientColumns: columns)
    })

  /// Dense products with zeros among the weights.
  public static let masked = SparsePlan(
    name: "masked", summary: "dense products with zeros among the weights",
    precision: .float32,
    serves: { _ in true },
    cost: { work in
      let outputs = Double(work.shape.outputs)
      let (weights, columns) = (Double(work.shape.weightCount), Double(work.gradientColumnCount))
      // forward and backward near the peak of 32 multiply-adds a cycle, the gradients a little below;
      // then a pass over the gradients, and dense optimiser steps
      return 2.08 * weights + 2.12 * outputs * columns + 2.25 * weights + 0.15 * weights
    },
    make: { shape, _, columns in MaskedFormat(shape: shape, gradientColumns: columns) })

  /// Dense products of bf16 numbers, with zeros among the weights where some are dropped.
  public static let denseBFloat16 = SparsePlan(
    name: "dense-bf16", summary: "dense products of bf16 numbers, zeros among the weights",
    precision: .bfloat16,
    serves: { _ in true },
    cost: { work in
      let (outputs, inputs) = (Double(work.shape.outputs), Double(work.shape.inputs))
      let (weights, columns) = (Double(work.shape.weightCount), Double(work.gradientColumnCount))
      // the products; then what is rounded, once per panel or once per batch
      return 1.1 * weights + 1.1 * outputs * columns + 1.3 * weights + 0.3 * weights
        + 6 * inputs + 3 * outputs + (columns > 0 ? 3 * outputs : 0)
    },
    make: { shape, _, columns in DenseBFloat16Format(shape: shape, gradientColumns: columns) })

  /// Four rows share what they load, and products are of bf16 numbers.
  public static let sharedRowsBFloat16 = SparsePlan(
    name: "shared-rows-bf16", summary: "four rows share what they load, of bf16 numbers",
    precision: .bfloat16,
    serves: { $0.sharesRows },
    cost: { work in
      let tiles = Double(slots(work.shape.outputs, work.shape.inputs, block: 256)) / 4
      let (kept, inputs) = (Double(work.keptCount), Double(work.shape.inputs))
      let columns = Double(work.gradientColumnCount)
      let backward = kept * columns / inputs
      return 1.0 * kept + 25 * tiles + 1.75 * backward + 20 * columns + 1.45 * kept + 40 * tiles
        + 0.2 * kept + 7 * inputs + (columns > 0 ? 20 * tiles : 0)
    },
    make: { shape, capacity, columns in
      SharedRowBFloat16Format(shape: shape, capacity: capacity, gradientColumns: columns)
    })

  private static func rows(_ name: String, forward: Int, backward: Int) -> SparsePlan {
    SparsePlan(
      name: name,
      summary: "every row on its own, \(forward) inputs at a time forward and \(backward) backward",
      precision: .float32,
      serves: { _ in true },
      cost: { work in
        let (outputs, inputs) = (work.shape.outputs, work.shape.inputs)
        let (kept, columns) = (Double(work.keptCount), work.gradientColumnCount)
        let backwardKept = kept * Double(columns) / Double(inputs)
        return kept * perWeight(2.27, 3.1, forward, inputs)
          + perRow(16, 12, forward) * Double(slots(outputs, inputs, block: forward))
          + backwardKept * perWeight(2.35, 3.3, backward, outputs)
          + perRow(20, 14, backward) * Double(slots(columns, outputs, block: backward))
          + kept * perWeight(2.5, 3.4, forward, inputs)
          + perRow(18, 15, forward) * Double(slots(outputs, inputs, block: forward))
      },
      make: { shape, capacity, columns in
        RowFormat(
          shape: shape, capacity: capacity, gradientColumns: columns,
          blocks: RowFormat.Blocks(forward: forward, backward: backward))
      })
  }

  /// How many rows of blocks a matrix has.
  private static func slots(_ rows: Int, _ inputs: Int, block: Int) -> Int {
    rows * max(1, (inputs + block - 1) / block)
  }

  /// A weight costs more where the activations of a wide block leave the first cache.
  private static func perWeight(
    _ narrow: Double, _ wide: Double, _ block: Int, _ inputs: Int
  ) -> Double {
    block > 128 && inputs > 160 ? wide : narrow
  }

  private static func perRow(_ narrow: Double, _ wide: Double, _ block: Int) -> Double {
    block > 128 ? wide : narrow
  }
}
