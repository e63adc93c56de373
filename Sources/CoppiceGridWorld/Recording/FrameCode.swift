/// What became of an agent from one frame to the next, as a byte.
///
/// 0..<196 is a move by up to three cells, and whether health and direction changed, whose bytes then follow;
/// after these are one that is gone, one that is written out, and stretches of agents that stay as they are.
enum FrameCode {
  /// A move is in `-reach...reach` both ways.
  static let reach = 3
  static let side = 2 * reach + 1
  static let moves = side * side
  /// Staying, with nothing changed.
  static let same = reach * side + reach
  /// Added to a move.
  static let newHealth = moves
  static let newDirection = 2 * moves
  static let gone = 4 * moves
  static let writtenOut = gone + 1
  /// A stretch of one agent; longer ones are larger by what they are longer.
  static let stretch = gone + 2
  static let longestStretch = 256 - stretch
}
