/// How values between the times of observation are thought.
///
/// | Scheme | Smooth | Looks ahead |
/// | --- | --- | --- |
/// | ``linear`` | no | to the next value |
/// | ``cubicHermite`` | once differentiable | to the next value |
/// | ``rectilinear`` | no | never |
///
/// ## Source
/// Kidger, Morrill, Foster, Lyons 2020, "Neural Controlled Differential Equations for Irregular Time Series", arXiv
/// 2005.08926, for controls of observations with gaps; Morrill, Kidger, Yang, Lyons 2021, "Neural Controlled Differential
/// Equations for Online Prediction Tasks", arXiv 2106.11028, for the last two.
public enum Interpolation: String, Codable, Sendable, CaseIterable {
  /// Straight lines from value to value, over gaps too.
  case linear
  /// Cubic pieces that leave every time with the slope of the line that led to it, and so bend where the next one
  /// begins. The first piece is straight.
  ///
  /// Gaps are filled along straight lines before: our choice.
  case cubicHermite = "cubic-hermite"
  /// First the time moves on, with the values that were known, then the values move, at a time that stands still.
  ///
  /// The parameter of the control is therefore no time: it is 2i at time i, and at 2i + 1 the time has moved on alone.
  /// Gaps are filled with the value before.
  case rectilinear

  /// How gaps are filled before.
  public var filling: GapFilling { self == .rectilinear ? .forward : .linear }
}
