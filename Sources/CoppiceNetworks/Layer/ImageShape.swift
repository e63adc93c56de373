/// The size of an image and how its numbers follow each other among the features of a sample.
///
/// ## Shapes
/// - `H` rows, `W` columns, `C` channels
public struct ImageShape: Hashable, Sendable, Codable {
  /// In which order the numbers lie.
  public enum Order: String, Hashable, Sendable, Codable {
    /// `[C, H, W]`: one channel behind the other, as worlds and cameras give them.
    case channelsFirst = "channels_first"
    /// `[H, W, C]`: the channels of a place side by side, as convolutions give them.
    case channelsLast = "channels_last"
  }

  /// `H`.
  public var height: Int
  /// `W`.
  public var width: Int
  /// `C`.
  public var channels: Int
  /// In which order the numbers lie.
  public var order: Order

  /// An image from its sizes.
  public init(height: Int, width: Int, channels: Int, order: Order = .channelsLast) {
    self.height = height
    self.width = width
    self.channels = channels
    self.order = order
  }

  /// How many numbers an image has.
  public var count: Int { height * width * channels }

  /// The feature that holds a channel of a place.
  @inlinable
  public func feature(row: Int, column: Int, channel: Int) -> Int {
    switch order {
    case .channelsFirst: (channel * height + row) * width + column
    case .channelsLast: (row * width + column) * channels + channel
    }
  }
}

/// A square window that moves over an image without leaving it.
public struct ConvolutionShape: Hashable, Sendable, Codable {
  /// Rows and columns of the window; at least 1.
  public var size: Int
  /// By how many rows and columns it moves; at least 1.
  public var stride: Int
  /// Channels that come out.
  public var channels: Int

  /// A window from its sizes.
  public init(size: Int, stride: Int = 1, channels: Int) {
    self.size = size
    self.stride = stride
    self.channels = channels
  }

  /// What comes out for images of `input`; nothing where the window does not fit.
  public func output(for input: ImageShape) -> ImageShape? {
    guard size >= 1, stride >= 1, channels >= 1, input.height >= size, input.width >= size else {
      return nil
    }
    return ImageShape(
      height: (input.height - size) / stride + 1, width: (input.width - size) / stride + 1,
      channels: channels)
  }
}
