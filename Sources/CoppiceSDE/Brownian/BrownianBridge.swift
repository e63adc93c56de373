import CoppiceTensors

/// How an interval of Brownian motion is divided in two, given its increment and perhaps its area.
///
/// For an interval of length h that is divided into l and r, with increment W, area H and standard
/// normals X₁, X₂. Without areas the left part has
///
/// W_l = (l / h) W + √(l r / h) X₁,
///
/// and with them, v = ½ √(l r / (l³ + r³)), p = v l² / h, q = v r² / h, k = v / √3:
///
/// - W_l = (l / h) W + (6 l r / h²) H + 2 (p l + q r) / h X₁, H_l = (l / h)² H − p X₁ + k r X₂,
/// - W_r = W − W_l, H_r = (r / h)² H − q X₁ − k l X₂.
///
/// ## Source
/// Foster 2020, "Numerical approximations for stochastic differential equations" (thesis), the
/// conditional law of a Brownian path given its increment and space-time Lévy area. Covariances of the
/// four parts are tested.
struct BrownianBridge {
  private let share: Double
  private let spread: Double
  private let fromArea: Double
  private let withArea: Double
  private let left: (area: Double, first: Double, second: Double)
  private let right: (area: Double, first: Double, second: Double)

  /// The division of `[start, end]` at `middle`.
  init(start: Double, middle: Double, end: Double) {
    let (h, l, r) = (end - start, middle - start, end - middle)
    share = l / h
    spread = (l * r / h).squareRoot()
    let v = (l * r / (l * l * l + r * r * r)).squareRoot() / 2
    let (p, q, k) = (v * l * l / h, v * r * r / h, v / 3.0.squareRoot())
    fromArea = 6 * l * r / (h * h)
    withArea = 2 * (p * l + q * r) / h
    left = (l / h * (l / h), p, k * r)
    right = (r / h * (r / h), q, k * l)
  }

  /// Writes the increments of both parts.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func divide<Scalar: NetworkScalar>(
    count: Int, whole: UnsafePointer<Scalar>, noise: UnsafePointer<Scalar>,
    left: UnsafeMutablePointer<Scalar>, right: UnsafeMutablePointer<Scalar>
  ) {
    let (share, spread) = (Scalar(share), Scalar(spread))
    for element in 0..<count {
      let part = share * whole[element] + spread * noise[element]
      left[element] = part
      right[element] = whole[element] - part
    }
  }

  /// Writes the increments and, `offset` elements behind each, the areas of both parts.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func divideWithArea<Scalar: NetworkScalar>(
    count: Int, areaOffset offset: Int, whole: UnsafePointer<Scalar>,
    first: UnsafePointer<Scalar>, second: UnsafePointer<Scalar>,
    left leftPart: UnsafeMutablePointer<Scalar>, right rightPart: UnsafeMutablePointer<Scalar>
  ) {
    let (share, fromArea, withArea) = (Scalar(share), Scalar(fromArea), Scalar(withArea))
    let (l, l1, l2) = (Scalar(left.area), Scalar(left.first), Scalar(left.second))
    let (r, r1, r2) = (Scalar(right.area), Scalar(right.first), Scalar(right.second))
    for element in 0..<count {
      let (w, h) = (whole[element], whole[element + offset])
      let (x, y) = (first[element], second[element])
      let part = share * w + fromArea * h + withArea * x
      leftPart[element] = part
      rightPart[element] = w - part
      leftPart[element + offset] = l * h - l1 * x + l2 * y
      rightPart[element + offset] = r * h - r1 * x - r2 * y
    }
  }
}

/// Appends what happened from u to t to what happened from s to u, element by element.
///
/// ## Source
/// The definition of H: t − s times it is ∫ W(s, v) dv − (t − s) W(s, t) / 2.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func append<Scalar: NetworkScalar>(
  count: Int, from s: Double, by u: Double, to t: Double, increment: UnsafePointer<Scalar>,
  area: UnsafePointer<Scalar>?, onto sum: UnsafeMutablePointer<Scalar>,
  sumArea: UnsafeMutablePointer<Scalar>?
) {
  if let area, let sumArea {
    let before = Scalar((u - s) / (t - s))
    let after = Scalar((t - u) / (t - s))
    for element in 0..<count {
      sumArea[element] =
        after * (area[element] + sum[element] / 2)
        + before * (sumArea[element] - increment[element] / 2)
    }
  }
  for element in 0..<count { sum[element] += increment[element] }
}
