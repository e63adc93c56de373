import CCoppiceKernels
public import CoppiceTensors

/// Panels that views are written into again and again.
///
/// Most numbers of a view are 0. These panels know which ones were not the last time and set them alone to 0
/// before they take the next views, where other panels have all of them set to 0.
///
/// The features behind those of the views are anyone's.
///
/// - Complexity: 4 bytes besides the panels for every third of their numbers.
public final class ViewPanels {
  /// The numbers; nobody but the world may write to the features of views.
  public let panels: Panels<Float>

  /// `[panels, region]`: which numbers of a panel say that a cell is taken.
  private let shown: AlignedBuffer<Int32>
  private let region: Int
  /// `[panels]`: how many they are.
  private let counts: AlignedBuffer<Int>
  /// `[panels, 3]`: the shape of the views.
  private let shapes: AlignedBuffer<Int>

  /// Zeroed panels with room for `sampleCount` agents.
  public init(featureCount: Int, sampleCount: Int) {
    panels = Panels(featureCount: featureCount, sampleCount: sampleCount)
    // a view has three channels at least
    region = featureCount / 3 * panelWidth
    shown = AlignedBuffer(count: panels.panelCount * region)
    counts = AlignedBuffer(count: panels.panelCount)
    shapes = AlignedBuffer(count: panels.panelCount * 3)
  }

  /// Writes views of up to 64 agents into a panel.
  func look(
    _ sight: UnsafePointer<coppice_sight>, from eyes: UnsafePointer<coppice_eye>, count: Int,
    shape: ViewShape, panel: Int
  ) {
    let (output, last) = (panels.panel(panel), shapes.pointer + panel * 3)
    if (last[0], last[1], last[2]) != (shape.height, shape.width, shape.channels) {
      (last[0], last[1], last[2]) = (shape.height, shape.width, shape.channels)
      output.zero(count: shape.count * panelWidth)
      counts.pointer[panel] = 0
    }
    counts.pointer[panel] = coppice_look_again(
      sight, eyes, count, shown.pointer + panel * region, counts.pointer[panel], output,
      shape.height * shape.width * panelWidth)
  }
}
