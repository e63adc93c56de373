extension PlainArithmetic {
  /// output[r] = Σ left[r, k] right[k] in every lane of a panel.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func laneProducts(
    rows: Int, terms: Int, left: UnsafePointer<Scalar>, right: UnsafePointer<Scalar>,
    output: UnsafeMutablePointer<Scalar>
  ) {
    for row in 0..<rows {
      let sum = output + row * panelWidth
      for lane in 0..<panelWidth { sum[lane] = 0 }
      for term in 0..<terms {
        let (a, b) = (left + (row * terms + term) * panelWidth, right + term * panelWidth)
        for lane in 0..<panelWidth { sum[lane] += a[lane] * b[lane] }
      }
    }
  }

  /// output[r, k] = left[r] right[k] in every lane of a panel, and `second` likewise.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func laneOuter(
    rows: Int, terms: Int, left: UnsafePointer<Scalar>, right: UnsafePointer<Scalar>,
    second: (left: UnsafePointer<Scalar>, right: UnsafePointer<Scalar>)?, adding: Bool,
    output: UnsafeMutablePointer<Scalar>
  ) {
    for row in 0..<rows {
      for term in 0..<terms {
        let place = output + (row * terms + term) * panelWidth
        for lane in 0..<panelWidth {
          var sum = left[row * panelWidth + lane] * right[term * panelWidth + lane]
          if let second {
            sum += second.left[row * panelWidth + lane] * second.right[term * panelWidth + lane]
          }
          place[lane] = (adding ? place[lane] : 0) + sum
        }
      }
    }
  }
}
