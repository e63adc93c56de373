import CoppiceTensors

// What solvers do with panels besides asking the fields: short loops over rows of 64 lanes. They are
// specialised here, once, so that the rest may be generic.

/// y ← y + a x.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func accumulate<Scalar: NetworkScalar>(
  _ count: Int, _ factor: Scalar, _ x: UnsafePointer<Scalar>,
  into y: UnsafeMutablePointer<Scalar>
) {
  for element in 0..<count { y[element] += factor * x[element] }
}

/// y ← y + a x.
func accumulate<Scalar: NetworkScalar>(
  _ count: Int, _ factor: Scalar, _ x: UnsafeMutablePointer<Scalar>,
  into y: UnsafeMutablePointer<Scalar>
) {
  accumulate(count, factor, UnsafePointer(x), into: y)
}

/// y ← a + b.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sum<Scalar: NetworkScalar>(
  _ count: Int, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>,
  to y: UnsafeMutablePointer<Scalar>
) {
  for element in 0..<count { y[element] = a[element] + b[element] }
}

/// y ← a x.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func assign<Scalar: NetworkScalar>(
  _ count: Int, _ factor: Scalar, _ x: UnsafePointer<Scalar>,
  to y: UnsafeMutablePointer<Scalar>
) {
  for element in 0..<count { y[element] = factor * x[element] }
}

/// z ← 2 y − z + h f + s p.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func reflect<Scalar: NetworkScalar>(
  _ count: Int, z: UnsafeMutablePointer<Scalar>, through y: UnsafePointer<Scalar>, h: Scalar,
  f: UnsafePointer<Scalar>, s: Scalar, p: UnsafePointer<Scalar>
) {
  for element in 0..<count {
    z[element] = 2 * y[element] - z[element] + (h * f[element] + s * p[element])
  }
}

/// y ← y + h / 2 (f + f′) + s / 2 (p + p′).
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func advance<Scalar: NetworkScalar>(
  _ count: Int, y: UnsafeMutablePointer<Scalar>, h: Scalar, f: UnsafePointer<Scalar>,
  newF: UnsafePointer<Scalar>, s: Scalar, p: UnsafePointer<Scalar>, newP: UnsafePointer<Scalar>
) {
  for element in 0..<count {
    y[element] +=
      h / 2 * (f[element] + newF[element]) + s / 2 * (p[element] + newP[element])
  }
}

/// How a diffusion multiplies noise.
///
/// ## Shapes
/// - `D` numbers of a state, `M` channels of noise
/// - diffusion `[D, 64]` where it is diagonal, else `[D, M, 64]`
struct NoiseProduct: Sendable {
  let isDiagonal: Bool
  let stateCount: Int
  let channelCount: Int

  /// out ← g w.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func product<Scalar: NetworkScalar>(
    _ g: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>
  ) {
    if isDiagonal {
      for element in 0..<(stateCount * panelWidth) { out[element] = g[element] * w[element] }
      return
    }
    Scalar.defaultArithmetic.laneProducts(
      rows: stateCount, terms: channelCount, left: g, right: w, output: out)
  }

  /// out ← v w′ + v₂ w₂′: what a gradient v of g w is to g, for two products.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func outer<Scalar: NetworkScalar>(
    _ v: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>, _ second: UnsafePointer<Scalar>,
    _ secondW: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>
  ) {
    if isDiagonal {
      for element in 0..<(stateCount * panelWidth) {
        out[element] = v[element] * w[element] + second[element] * secondW[element]
      }
      return
    }
    Scalar.defaultArithmetic.laneOuter(
      rows: stateCount, terms: channelCount, left: v, right: w, second: (second, secondW),
      adding: false, output: out)
  }

  /// out ← out + v w′.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func addOuter<Scalar: NetworkScalar>(
    _ v: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>, to out: UnsafeMutablePointer<Scalar>
  ) {
    if isDiagonal {
      for element in 0..<(stateCount * panelWidth) { out[element] += v[element] * w[element] }
      return
    }
    Scalar.defaultArithmetic.laneOuter(
      rows: stateCount, terms: channelCount, left: v, right: w, second: nil, adding: true,
      output: out)
  }

  /// out ← out + a gᵀ v: what a gradient v of g w is to w.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func addTransposed<Scalar: NetworkScalar>(
    _ factor: Scalar, _ g: UnsafePointer<Scalar>, _ v: UnsafePointer<Scalar>,
    to out: UnsafeMutablePointer<Scalar>
  ) {
    if isDiagonal {
      for element in 0..<(stateCount * panelWidth) {
        out[element] += factor * g[element] * v[element]
      }
      return
    }
    for row in 0..<stateCount {
      let a = v + row * panelWidth
      for channel in 0..<channelCount {
        let line = g + (row * channelCount + channel) * panelWidth
        let place = out + channel * panelWidth
        for lane in 0..<panelWidth { place[lane] += factor * line[lane] * a[lane] }
      }
    }
  }
}
