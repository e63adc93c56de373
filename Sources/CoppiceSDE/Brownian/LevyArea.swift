public import CoppiceTensors

/// The antisymmetric Lévy areas of an interval, drawn to match their mean and variance given its
/// increment and space-time area.
///
/// A(i, j) = ½ ∫ W(i) dW(j) − W(j) dW(i) = H(i) W(j) − W(i) H(j) + B(i, j). B is a normal of variance
///
/// - ``davie``: h² / 12,
/// - ``foster``: h² / 20 + (h / 5) (H(i)² + H(j)²).
///
/// The noise belongs to the interval that is asked for and not to its parts: areas of adjacent
/// intervals do not recombine into that of their union.
///
/// ## Source
/// Davie 2014, "KMT theory applied to approximations of SDE"; Foster, Lyons, Oberhauser 2020, "An
/// optimal polynomial approximation of Brownian motion". The variances are checked against fine paths.
public enum LevyArea: String, Sendable, CaseIterable, Codable {
  /// The variance of B alone.
  case davie
  /// Its variance given H.
  case foster

  /// Draws the areas of one panel of samples.
  ///
  /// - Parameters:
  ///   - start: When the interval begins.
  ///   - end: When it ends.
  ///   - panel: Which panel of the keys.
  ///   - increment: W, `[M, 64]`.
  ///   - area: H, `[M, 64]`.
  ///   - keys: A key for each sample.
  ///   - channelCount: `M`.
  ///   - output: Receives A, `[M, M, 64]`.
  /// - Complexity: O(M²); allocates room for the normals.
  public func draw<Scalar: NetworkScalar>(
    from start: Double, to end: Double, panel: Int, increment: UnsafePointer<Scalar>,
    area: UnsafePointer<Scalar>, keys: SampleKeys, channelCount: Int,
    into output: UnsafeMutablePointer<Scalar>
  ) {
    let pairCount = channelCount * (channelCount - 1) / 2
    let normals = AlignedBuffer<Scalar>(count: max(pairCount, 1) * panelWidth)
    let noise = BrownianNoise<Scalar>(keys: keys, channelCount: channelCount)
    let name = mixed(mixed(start.bitPattern) ^ end.bitPattern)
    noise.write(.levy, of: name, panel: panel, rows: pairCount, into: normals.pointer)
    let h = Scalar(end - start)
    var pair = 0
    for i in 0..<channelCount {
      let diagonal = output + (i * channelCount + i) * panelWidth
      diagonal.zero(count: panelWidth)
      for j in (i + 1)..<max(channelCount, i + 1) {
        let above = output + (i * channelCount + j) * panelWidth
        let below = output + (j * channelCount + i) * panelWidth
        for lane in 0..<panelWidth {
          let (wi, wj) = (increment[i * panelWidth + lane], increment[j * panelWidth + lane])
          let (hi, hj) = (area[i * panelWidth + lane], area[j * panelWidth + lane])
          let variance =
            switch self {
            case .davie: h * h / 12
            case .foster: h * h / 20 + h / 5 * (hi * hi + hj * hj)
            }
          let rest = variance.squareRoot() * normals.pointer[pair * panelWidth + lane]
          above[lane] = hi * wj - wi * hj + rest
          below[lane] = -above[lane]
        }
        pair += 1
      }
    }
  }
}
