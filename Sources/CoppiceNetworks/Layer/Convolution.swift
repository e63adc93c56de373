public import CoppiceRandom
public import CoppiceTensors

/// A two-dimensional convolution without padding, with a rectifier: a linear layer that reads one
/// window of an image after the other.
///
/// The windows of a row of outputs are cut from a *band*: the rows of the image that they cover,
/// copied column by column. In a band every window is a run of neighbouring features, so the kernels of
/// linear layers read it where it lies, dense or in any sparse format, and whatever decides which
/// weights are kept decides it for the matrix `[O, size · size · C]`. Columns of that matrix are ordered
/// `[window column, window row, channel]`.
///
/// ## Shapes
/// - input panels `[H W C, 64]` in the order of the image, output panels `[H′ W′ O, 64]`, channels last
///
/// - Complexity: a linear layer at every place of the output, and a copy of `size` times the image for
///   each pass. No allocation.
///
/// ## Source
/// LeCun et al. 1989, "Backpropagation Applied to Handwritten Zip Code Recognition"; initial numbers as
/// those of PyTorch's convolutions, uniform in ±1/√(size² C).
public final class Convolution<Scalar: NetworkScalar>: Stage {
  /// The image that is read.
  public let input: ImageShape
  /// The image that is written.
  public let output: ImageShape
  /// The window.
  public let shape: ConvolutionShape

  let linear: Linear<Scalar>
  /// Features of a column of a band.
  let columnCount: Int
  /// Columns of a band that some window reads.
  let usedColumns: Int

  /// A dense convolution.
  ///
  /// - Parameters:
  ///   - shape: The window.
  ///   - input: The image that is read.
  ///   - givesInputGradient: Whether somebody before it learns.
  ///   - key: The initial numbers.
  ///   - arithmetic: The operations to compute with.
  /// - Precondition: The window fits into the image.
  public convenience init(
    _ shape: ConvolutionShape, of input: ImageShape, givesInputGradient: Bool, key: RandomKey,
    arithmetic: Scalar.Arithmetic = Scalar.defaultArithmetic
  ) {
    let window = shape.size * shape.size * input.channels
    self.init(
      shape, of: input,
      Linear(
        shape: LayerShape(outputs: shape.channels, inputs: window),
        gradientColumns: givesInputGradient ? 0..<window : nil, key: key, arithmetic: arithmetic))
  }

  private init(_ shape: ConvolutionShape, of input: ImageShape, _ linear: Linear<Scalar>) {
    guard let output = shape.output(for: input) else {
      preconditionFailure("a window of \(shape.size) does not fit into \(input)")
    }
    (self.shape, self.input, self.output, self.linear) = (shape, input, output, linear)
    columnCount = shape.size * input.channels
    usedColumns = (output.width - 1) * shape.stride + shape.size
  }

  /// The window's weights, `[O, size · size · C]`.
  public var layer: Linear<Scalar>? { linear }
  /// Numbers of the image that is read.
  public var inputCount: Int { input.count }
  /// Numbers of the image that is written.
  public var outputCount: Int { output.count }
  /// Outputs are rectified.
  public var isRectified: Bool { true }

  /// The same convolution in a copy for evaluation or as a target.
  public func sharingTopology() -> any Stage<Scalar> {
    Convolution(shape, of: input, Linear(sharingTopologyOf: linear))
  }

  /// The same convolution in a second path in which every weight takes part.
  public func withEveryWeight() -> any Stage<Scalar> {
    Convolution(shape, of: input, linear.withEveryWeight())
  }

  /// Brings the layer up to date.
  public func refresh() { linear.refresh() }

  /// Room for a band and a window's gradient, and for each panel a sum of the weight gradients.
  public func makeScratch(
    panelCount: Int, for use: StageScratch<Scalar>.Use
  ) -> StageScratch<Scalar> {
    let band = usedColumns * columnCount
    guard use != .evaluation else {
      return StageScratch(panelCount: panelCount, use: use, work: band)
    }
    let transposed = (linear.transposedCount(panelCount: output.width, for: use) + 15) / 16 * 16
    return StageScratch(
      panelCount: panelCount, use: use, work: band + linear.shape.inputs,
      sums: 2 * sumCount(everyWeight: use == .everyGradient), transposed: transposed * panelCount)
  }

  // MARK: Passes

  /// Rectified outputs of every window.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward(
    panels: Range<Int>, input: PanelRun<Scalar>, output: MutablePanelRun<Scalar>,
    scratch: StageScratch<Scalar>
  ) {
    guard let first = panels.first else { return }
    let band = scratch.work.panel(first)
    let (step, place) = (windowStep, shape.channels * panelWidth)
    for panel in panels {
      var target = output.panel(panel)
      for row in 0..<self.output.height {
        cut(row, from: input.panel(panel), into: band)
        for column in 0..<self.output.width {
          linear.forward(
            activation: .rectifier, input: UnsafePointer(band + column * step), output: target)
          target += place
        }
      }
    }
  }

  /// The gradients of all windows, summed where they overlap, and 0 where the gate is not positive.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward(
    panels: Range<Int>, outputGradient: PanelRun<Scalar>, gate: PanelRun<Scalar>?,
    inputGradient: MutablePanelRun<Scalar>, scratch: StageScratch<Scalar>
  ) {
    guard let first = panels.first else { return }
    let window = scratch.work.panel(first, feature: usedColumns * columnCount)
    let place = shape.channels * panelWidth
    for panel in panels {
      let gradient = inputGradient.panel(panel)
      gradient.zero(count: inputCount * panelWidth)
      var source = outputGradient.panel(panel)
      for row in 0..<output.height {
        for column in 0..<output.width {
          linear.backwardData(outputGradient: source, gate: nil, inputGradient: window)
          add(window, at: row * shape.stride, column * shape.stride, to: gradient)
          source += place
        }
      }
      if let gate {
        closeGate(gate.panel(panel), gradient, count: inputCount * panelWidth)
      }
    }
  }

  /// Elements from a window of a band to the next.
  var windowStep: Int { shape.stride * columnCount * panelWidth }

  /// Copies the rows of an image that the windows of an output row cover, column by column.
  @inline(__always)
  func cut(_ row: Int, from image: UnsafePointer<Scalar>, into band: UnsafeMutablePointer<Scalar>) {
    var target = band
    let top = row * shape.stride
    for column in 0..<usedColumns {
      for line in top..<(top + shape.size) {
        switch input.order {
        case .channelsLast:
          let source = image + (line * input.width + column) * input.channels * panelWidth
          target.update(from: source, count: input.channels * panelWidth)
        case .channelsFirst:
          let area = input.height * input.width * panelWidth
          let source = image + (line * input.width + column) * panelWidth
          for channel in 0..<input.channels {
            (target + channel * panelWidth).update(
              from: source + channel * area, count: panelWidth)
          }
        }
        target += input.channels * panelWidth
      }
    }
  }

  /// Adds a window to the place of an image that it was cut from.
  @inline(__always)
  private func add(
    _ window: UnsafeMutablePointer<Scalar>, at top: Int, _ left: Int,
    to image: UnsafeMutablePointer<Scalar>
  ) {
    let arithmetic = linear.arithmetic
    var source = UnsafePointer(window)
    for column in left..<(left + shape.size) {
      for line in top..<(top + shape.size) {
        switch input.order {
        case .channelsLast:
          arithmetic.add(
            count: input.channels * panelWidth, input: source,
            output: image + (line * input.width + column) * input.channels * panelWidth)
        case .channelsFirst:
          for channel in 0..<input.channels {
            arithmetic.add(
              count: panelWidth, input: source + channel * panelWidth,
              output: image + input.feature(row: line, column: column, channel: channel)
                * panelWidth)
          }
        }
        source += input.channels * panelWidth
      }
    }
  }
}

/// gradient = 0 where gate is not positive.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func closeGate<Scalar: NetworkScalar>(
  _ gate: UnsafePointer<Scalar>, _ gradient: UnsafeMutablePointer<Scalar>, count: Int
) {
  for index in 0..<count { gradient[index] = gate[index] > 0 ? gradient[index] : 0 }
}
