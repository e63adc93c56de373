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
    for row in 0..<stateCount {
      let sum = out + row * panelWidth
      let line = g + row * channelCount * panelWidth
      for lane in 0..<panelWidth { sum[lane] = line[lane] * w[lane] }
      for channel in 1..<max(channelCount, 1) {
        let (left, right) = (line + channel * panelWidth, w + channel * panelWidth)
        for lane in 0..<panelWidth { sum[lane] += left[lane] * right[lane] }
      }
    }
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
    for row in 0..<stateCount {
      let (a, b) = (v + row * panelWidth, second + row * panelWidth)
      for channel in 0..<channelCount {
        let (x, y) = (w + channel * panelWidth, secondW + channel * panelWidth)
        let place = out + (row * channelCount + channel) * panelWidth
        for lane in 0..<panelWidth { place[lane] = a[lane] * x[lane] + b[lane] * y[lane] }
      }
    }
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
    for row in 0..<stateCount {
      let a = v + row * panelWidth
      for channel in 0..<channelCount {
        let x = w + channel * panelWidth
        let place = out + (row * channelCount + channel) * panelWidth
        for lane in 0..<panelWidth { place[lane] += a[lane] * x[lane] }
      }
    }
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
