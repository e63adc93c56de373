public import CoppiceTensors

/// One step of a feed-forward network: it reads features of one place and writes those of another.
///
/// What a stage is given are runs of panels whose first feature is the first that it reads or writes;
/// a place may have more. Passes work on any range of panels, so that threads can share a batch. A
/// stage keeps nothing between passes but the numbers of its ``layer``; everything else is in a
/// ``StageScratch``.
public protocol Stage<Scalar>: AnyObject {
  /// The number type.
  associatedtype Scalar: NetworkScalar

  /// The layer that learns; nothing where the stage has no parameters.
  var layer: Linear<Scalar>? { get }

  /// How many features the stage reads.
  var inputCount: Int { get }

  /// How many features the stage writes.
  var outputCount: Int { get }

  /// Whether outputs are rectified: then those who read them give gradients of 0 where they are not
  /// positive.
  var isRectified: Bool { get }

  /// A stage of a copy for evaluation or as a target.
  func sharingTopology() -> any Stage<Scalar>

  /// A stage of a second path in which every weight takes part.
  func withEveryWeight() -> any Stage<Scalar>

  /// What the passes need besides inputs and outputs.
  ///
  /// - Parameters:
  ///   - panelCount: The panels of a batch.
  ///   - use: What for.
  /// - Returns: Memory that no other trace shares.
  func makeScratch(panelCount: Int, for use: StageScratch<Scalar>.Use) -> StageScratch<Scalar>

  /// Computes the outputs of `panels`.
  func forward(
    panels: Range<Int>, input: PanelRun<Scalar>, output: MutablePanelRun<Scalar>,
    scratch: StageScratch<Scalar>)

  /// Carries the gradients of the outputs, before their rectifier, back to the inputs.
  ///
  /// - Parameters:
  ///   - panels: Which panels.
  ///   - outputGradient: ∂ loss / ∂ output before the rectifier.
  ///   - gate: The inputs where they are rectified.
  ///   - inputGradient: Receives ∂ loss / ∂ input, and 0 where the gate is not positive.
  ///   - scratch: Of the same pass forward.
  func backward(
    panels: Range<Int>, outputGradient: PanelRun<Scalar>, gate: PanelRun<Scalar>?,
    inputGradient: MutablePanelRun<Scalar>, scratch: StageScratch<Scalar>)

  /// Lays out, or sums already, what the weight gradients of `panels` are made of.
  func prepareWeightGradients(
    panels: Range<Int>, input: PanelRun<Scalar>, outputGradient: PanelRun<Scalar>,
    scratch: StageScratch<Scalar>)

  /// Sums the gradients of weights and biases over the batch, for the share of `part`.
  ///
  /// - Parameters:
  ///   - part: Which share.
  ///   - input: What the stage read.
  ///   - outputGradient: ∂ loss / ∂ output before the rectifier.
  ///   - weights: Receives ∂ loss / ∂ weights.
  ///   - biases: Receives ∂ loss / ∂ biases.
  ///   - scratch: What all panels were prepared in.
  func backwardWeights(
    part: Part, input: PanelRun<Scalar>, outputGradient: PanelRun<Scalar>,
    weights: AlignedBuffer<Scalar>, biases: AlignedBuffer<Scalar>, scratch: StageScratch<Scalar>)

  /// Brings everything derived from the parameters up to date.
  func refresh()
}

/// Memory that a stage writes between its inputs and its outputs.
public final class StageScratch<Scalar: NetworkScalar> {
  /// What it is for.
  public enum Use: Sendable {
    /// A forward pass alone.
    case evaluation
    /// All passes of learning, with the gradients of the parameters.
    case learning
    /// The gradients of every weight, kept or not.
    case everyGradient
  }

  let panelCount: Int
  /// Whether the gradients of every weight are wanted.
  let everyWeight: Bool
  /// For each panel: room of whoever works from this panel on.
  let work: Panels<Scalar>
  /// For each panel: its own sum of the weight gradients, and of the bias gradients behind them.
  let sums: Panels<Scalar>
  /// Inputs, transposed.
  let transposed: AlignedBuffer<Scalar>

  /// Room from its sizes.
  ///
  /// - Parameters:
  ///   - panelCount: The panels of a batch.
  ///   - use: What for.
  ///   - work: Features for each panel.
  ///   - sums: Numbers for each panel.
  ///   - transposed: Numbers for all panels together.
  init(panelCount: Int, use: Use, work: Int = 0, sums: Int = 0, transposed: Int = 0) {
    self.panelCount = panelCount
    everyWeight = use == .everyGradient
    self.work = Panels(featureCount: work, sampleCount: panelCount * panelWidth)
    self.sums = Panels(
      featureCount: (sums + panelWidth - 1) / panelWidth, sampleCount: panelCount * panelWidth)
    self.transposed = AlignedBuffer(count: transposed)
  }
}

/// Where panels to be written lie: the first one, and the distance to the next.
public struct MutablePanelRun<Scalar> {
  /// The first element of the first panel.
  public var start: UnsafeMutablePointer<Scalar>
  /// Elements from one panel to the next.
  public var stride: Int
  /// How many panels there are.
  public var count: Int

  /// A run from its parts.
  public init(start: UnsafeMutablePointer<Scalar>, stride: Int, count: Int) {
    self.start = start
    self.stride = stride
    self.count = count
  }

  /// The same panels, to be read.
  public var run: PanelRun<Scalar> {
    PanelRun(start: UnsafePointer(start), stride: stride, count: count)
  }

  /// The beginning of panel `index`.
  func panel(_ index: Int) -> UnsafeMutablePointer<Scalar> { start + index * stride }

  /// The same panels from a feature on.
  func from(feature: Int) -> MutablePanelRun<Scalar> {
    MutablePanelRun(start: start + feature * panelWidth, stride: stride, count: count)
  }
}

extension Panels {
  /// All panels, to be written.
  var writable: MutablePanelRun<Scalar> {
    MutablePanelRun(start: buffer.pointer, stride: stride, count: panelCount)
  }
}

extension PanelRun {
  /// The beginning of panel `index`.
  func panel(_ index: Int) -> UnsafePointer<Scalar> { start + index * stride }
}
