/// The eigenvalues of a symmetric matrix, in no particular order.
///
/// - Parameters:
///   - matrix: `[n, n]`.
///   - order: n.
/// - Returns: `[n]`.
/// - Complexity: O(n³).
///
/// ## Source
/// Householder's reduction to three diagonals and the implicit QL iteration, Golub and Van Loan,
/// "Matrix Computations", sections 8.3.1 and 8.3.4; written from the formulas.
func symmetricEigenvalues(_ matrix: [Double], order: Int) -> [Double] {
  guard order > 0 else { return [] }
  var work = matrix
  var (diagonal, beside) = tridiagonal(&work, order)
  for index in 0..<order { isolate(index, &diagonal, &beside) }
  return diagonal
}

/// The diagonal of an equivalent matrix of three diagonals, and what stands behind each entry of it.
private func tridiagonal(
  _ matrix: inout [Double], _ order: Int
) -> (diagonal: [Double], beside: [Double]) {
  var diagonal = [Double](repeating: 0, count: order)
  var beside = diagonal
  var (vector, product) = (diagonal, diagonal)
  matrix.withUnsafeMutableBufferPointer { matrix in
    vector.withUnsafeMutableBufferPointer { vector in
      product.withUnsafeMutableBufferPointer { product in
        guard let start = matrix.baseAddress, let v = vector.baseAddress,
          let w = product.baseAddress
        else { return }
        for column in 0..<order {
          diagonal[column] = start[column * order + column]
          beside[column] = reflect(start, order, column, v, w)
        }
      }
    }
  }
  return (diagonal, beside)
}

/// Reflects so that one entry of the column is left below the diagonal; returns it.
private func reflect(
  _ matrix: UnsafeMutablePointer<Double>, _ order: Int, _ column: Int,
  _ v: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Double>
) -> Double {
  let rest = (column + 1)..<order
  guard !rest.isEmpty else { return 0 }
  let own = matrix + column * order
  let square = innerProduct(own, own, rest)
  let head = own[column + 1]
  let length = head > 0 ? -square.squareRoot() : square.squareRoot()
  let scale = square - head * length
  guard scale > 0 else { return length }
  for row in rest { v[row] = own[row] }
  v[column + 1] -= length
  // A ← A − v wᵀ − w vᵀ, w = A v / h − (vᵀ A v / 2h²) v
  for row in rest { w[row] = innerProduct(matrix + row * order, v, rest) / scale }
  let half = innerProduct(w, v, rest) / (2 * scale)
  for row in rest { w[row] -= half * v[row] }
  for row in rest { subtract(v[row], w, w[row], v, from: matrix + row * order, rest) }
  return length
}

private typealias Eight = SIMD8<Double>

@inline(__always)
private func eight(_ numbers: UnsafePointer<Double>, _ element: Int) -> Eight {
  UnsafeRawPointer(numbers + element).loadUnaligned(as: Eight.self)
}

/// Σ x y over `range`, in eight sums at once.
private func innerProduct(
  _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ range: Range<Int>
) -> Double {
  var sums = Eight.zero
  var element = range.lowerBound
  while element + 8 <= range.upperBound {
    sums += eight(x, element) * eight(y, element)
    element += 8
  }
  var sum = sums.sum()
  for last in element..<range.upperBound { sum += x[last] * y[last] }
  return sum
}

/// row ← row − a x − b y over `range`.
private func subtract(
  _ a: Double, _ x: UnsafePointer<Double>, _ b: Double, _ y: UnsafePointer<Double>,
  from row: UnsafeMutablePointer<Double>, _ range: Range<Int>
) {
  var element = range.lowerBound
  while element + 8 <= range.upperBound {
    let result = eight(row, element) - (a * eight(x, element) + b * eight(y, element))
    UnsafeMutableRawPointer(row + element).storeBytes(of: result, as: Eight.self)
    element += 8
  }
  for last in element..<range.upperBound { row[last] -= a * x[last] + b * y[last] }
}

/// Turns until the entry behind diagonal entry `index` vanishes.
private func isolate(_ index: Int, _ diagonal: inout [Double], _ beside: inout [Double]) {
  for _ in 0..<100 {
    var last = index
    while last < diagonal.count - 1 {
      let size = abs(diagonal[last]) + abs(diagonal[last + 1])
      if abs(beside[last]) <= 1e-16 * size { break }
      last += 1
    }
    guard last > index else { return }
    turn(index, last, &diagonal, &beside)
  }
}

/// One implicit QL step on the entries from `first` to `last`.
private func turn(
  _ first: Int, _ last: Int, _ diagonal: inout [Double], _ beside: inout [Double]
) {
  // the shift is the eigenvalue of the leading two by two block that is nearer to its first entry
  let half = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first])
  let root = (half * half + 1).squareRoot()
  var g = diagonal[last] - diagonal[first] + beside[first] / (half + (half < 0 ? -root : root))
  var (sine, cosine, shift) = (1.0, 1.0, 0.0)
  var row = last - 1
  while row >= first {
    let (f, b) = (sine * beside[row], cosine * beside[row])
    let length = (f * f + g * g).squareRoot()
    beside[row + 1] = length
    guard length > 0 else {
      diagonal[row + 1] -= shift
      beside[last] = 0
      return
    }
    (sine, cosine) = (f / length, g / length)
    g = diagonal[row + 1] - shift
    let turned = (diagonal[row] - g) * sine + 2 * cosine * b
    shift = sine * turned
    diagonal[row + 1] = g + shift
    g = cosine * turned - b
    row -= 1
  }
  diagonal[first] -= shift
  beside[first] = g
  beside[last] = 0
}
