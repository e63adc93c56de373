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
    cost: { work, costs in
      let (kept, columns) = (Double(work.keptCount), Double(work.gradientColumnCount))
      let tiles = slots((work.shape.outputs + 3) / 4, work.shape.inputs, block: 256)
      let load = ProductLoad(
        weights: kept, rows: tiles, inputs: min(Double(work.shape.inputs), kept))
      let backward = ProductLoad(
        weights: work.backwardKeptCount, rows: columns,
        inputs: min(Double(work.shape.outputs), work.backwardKeptCount))
      return costs.sharedRows.cycles(forward: load, backward: backward, weights: load)
    },
    make: { shape, capacity, columns in
      SharedRowFormat(shape: shape, capacity: capacity, gradientColumns: columns)
    })

  /// Dense products with zeros among the weights.
  public static let masked = SparsePlan(
    name: "masked", summary: "dense products with zeros among the weights",
    precision: .float32,
    serves: { _ in true },
    cost: { work, costs in
      let (outputs, inputs) = (work.shape.outputs, work.shape.inputs)
      let columns = work.gradientColumnCount
      // a last tile of six rows costs as much when it is not full
      let padded = { (rows: Int) in (rows + 5) / 6 * 6 }
      return costs.masked.cycles(
        forward: dense(rows: outputs, inputs: inputs, weights: padded(outputs) * inputs),
        backward: dense(rows: columns, inputs: outputs, weights: padded(columns) * outputs),
        weights: dense(rows: outputs, inputs: inputs, weights: outputs * inputs))
    },
    make: { shape, _, columns in MaskedFormat(shape: shape, gradientColumns: columns) })

  /// Dense products of bf16 numbers, with zeros among the weights where some are dropped.
  public static let denseBFloat16 = SparsePlan(
    name: "dense-bf16", summary: "dense products of bf16 numbers, zeros among the weights",
    precision: .bfloat16,
    // every panel of inputs is rounded, which fewer rows are not worth
    serves: { $0.shape.outputs >= 8 },
    cost: { work, costs in
      let (outputs, inputs) = (Double(work.shape.outputs), Double(work.shape.inputs))
      let columns = work.gradientColumnCount
      // about half of the products; then what is rounded, once per panel or once per batch
      return 0.55 * masked.cost(work, costs) + 6 * inputs + 3 * outputs
        + (columns > 0 ? 3 * outputs : 0)
    },
    make: { shape, _, columns in DenseBFloat16Format(shape: shape, gradientColumns: columns) })

  /// Four rows share what they load, and products are of bf16 numbers.
  public static let sharedRowsBFloat16 = SparsePlan(
    name: "shared-rows-bf16", summary: "four rows share what they load, of bf16 numbers",
    precision: .bfloat16,
    serves: { $0.sharesRows },
    cost: { work, costs in
      let tiles = slots((work.shape.outputs + 3) / 4, work.shape.inputs, block: 256)
      return 0.65 * sharedRows.cost(work, costs) + 7 * Double(work.shape.inputs)
        + (work.gradientColumnCount > 0 ? 20 * tiles : 0)
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
      cost: { work, costs in
        let (outputs, inputs) = (work.shape.outputs, work.shape.inputs)
        let load = load(
          rows: outputs, inputs: inputs, kept: Double(work.keptCount), block: forward)
        let backward = self.load(
          rows: work.gradientColumnCount, inputs: outputs, kept: work.backwardKeptCount,
          block: backward)
        return costs.rows.cycles(forward: load, backward: backward, weights: load)
      },
      make: { shape, capacity, columns in
        RowFormat(
          shape: shape, capacity: capacity, gradientColumns: columns,
          blocks: RowFormat.Blocks(forward: forward, backward: backward))
      })
  }

  private static func dense(rows: Int, inputs: Int, weights: Int) -> ProductLoad {
    ProductLoad(weights: Double(weights), rows: Double(rows), inputs: rows > 0 ? Double(inputs) : 0)
  }

  private static func load(rows: Int, inputs: Int, kept: Double, block: Int) -> ProductLoad {
    let slots = slots(rows, inputs, block: block)
    // a wide block is larger than the first cache; rows that read little of it leave the rest alone
    let spilled = block > 128 && inputs > 160 ? kept * min(1, kept / (32 * max(slots, 1))) : 0
    return ProductLoad(
      weights: kept, spilledWeights: spilled, rows: slots, inputs: min(Double(inputs), kept))
  }

  /// How many rows of blocks a matrix has.
  private static func slots(_ rows: Int, _ inputs: Int, block: Int) -> Double {
    Double(rows * max(1, (inputs + block - 1) / block))
  }
}

extension SparseWork {
  /// How many weights the backward pass multiplies.
  fileprivate var backwardKeptCount: Double {
    Double(keptCount * gradientColumnCount) / Double(shape.inputs)
  }
}
