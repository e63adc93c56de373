/// The cells within a reach, numbered row by row as they lie in the smallest box around them.
///
/// ## Source
/// The ranges of MAgent (Zheng et al. 2018, arXiv 1712.00600), with the roundings of its published engine.
public struct CellRange: Sendable, Equatable {
  /// One cell, relative to the cell that the range is around.
  public struct Offset: Sendable, Equatable {
    /// To the right.
    public var x: Int
    /// Downwards.
    public var y: Int

    /// An offset from its parts.
    public init(_ x: Int, _ y: Int) { (self.x, self.y) = (x, y) }
  }

  /// Columns of the box.
  public let width: Int
  /// Rows of the box.
  public let height: Int
  /// The offset of the box's first cell.
  public let origin: Offset
  /// The cells, in order.
  public let offsets: [Offset]

  /// A circle.
  ///
  /// - Parameters:
  ///   - radius: In cells; cells whose middle is no further away belong to it.
  ///   - inner: Cells that are nearer than this do not.
  ///   - isEven: Whether it is around the corner of four cells, as for a body of even width, in place
  ///     of the middle of one.
  public init(circle radius: Double, inner: Double = 0, isEven: Bool = false) {
    let centre = Int(radius)
    let side = 2 * centre + (isEven ? 0 : 1)
    let shift = isEven ? 0.5 : 0
    (width, height, origin) = (side, side, Offset(-centre, -centre))
    var offsets: [Offset] = []
    for row in 0..<side {
      for column in 0..<side {
        let (x, y) = (Double(column - centre) + shift, Double(row - centre) + shift)
        let distance = (x * x + y * y).squareRoot()
        guard distance < radius + 1e-8, distance > inner - 1e-8 else { continue }
        offsets.append(Offset(column - centre, row - centre))
      }
    }
    self.offsets = offsets
  }

  /// A sector that opens ahead; the cell of the agent itself is not part of it.
  ///
  /// - Parameters:
  ///   - radius: In cells.
  ///   - angle: In degrees, below 180.
  ///   - isEven: Whether it is as wide as an even number of cells.
  public init(sector radius: Double, angle: Double, isEven: Bool = false) {
    let half = angle / 2 * .pi / 180
    let height = Int(radius + 0.5)
    var width = Int(2 * radius * sine(half) + 0.5)
    if width.isMultiple(of: 2) != isEven { width -= 1 }
    width = max(0, width)
    (self.width, self.height, origin) = (width, height, Offset(-(width / 2), -height))
    let tangent = sine(half) / (1 - sine(half) * sine(half)).squareRoot()
    var offsets: [Offset] = []
    for row in 0..<height {
      for column in 0..<width {
        let (x, y) = (abs(Double(column) - Double(width - 1) / 2), Double(height - row))
        guard (x * x + y * y).squareRoot() < radius + 0.2 + 1e-5, x / y < tangent + 1e-5 else {
          continue
        }
        offsets.append(Offset(column - width / 2, row - height))
      }
    }
    self.offsets = offsets
  }

  /// The cells within `reach` of a body that is `bodyWidth` wide.
  init(_ reach: Reach, bodyWidth: Int, inner: Double) {
    let isEven = bodyWidth.isMultiple(of: 2)
    if reach.isSector {
      self.init(sector: reach.radius, angle: reach.angle, isEven: isEven)
    } else {
      self.init(circle: reach.radius, inner: inner, isEven: isEven)
    }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

private func sine(_ x: Double) -> Double { sin(x) }
