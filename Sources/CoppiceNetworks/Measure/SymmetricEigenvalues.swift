#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

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
  var (diagonal, beside) = (
    [Double](repeating: 0, count: order), [Double](repeating: 0, count: order)
  )
  var (vector, product) = (diagonal, diagonal)
  matrix.withUnsafeMutableBufferPointer { matrix in
    for column in 0..<order {
      diagonal[column] = matrix[column * order + column]
      let rest = (column + 1)..<order
      guard !rest.isEmpty else { break }
      // the reflection that leaves one entry of the column below the diagonal
      var square = 0.0
      for row in rest { square += matrix[column * order + row] * matrix[column * order + row] }
      let head = matrix[column * order + column + 1]
      let length = head > 0 ? -square.squareRoot() : square.squareRoot()
      beside[column] = length
      for row in rest { vector[row] = matrix[column * order + row] }
      vector[column + 1] -= length
      let scale = square - head * length
      guard scale > 0 else { continue }
      // A ← A − v wᵀ − w vᵀ, w = A v / h − (vᵀ A v / 2h²) v
      var inner = 0.0
      for row in rest {
        var sum = 0.0
        for other in rest { sum += matrix[row * order + other] * vector[other] }
        product[row] = sum / scale
        inner += product[row] * vector[row]
      }
      for row in rest { product[row] -= inner / (2 * scale) * vector[row] }
      for row in rest {
        let (v, w) = (vector[row], product[row])
        for other in rest {
          matrix[row * order + other] -= v * product[other] + w * vector[other]
        }
      }
    }
  }
  return (diagonal, beside)
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
    let length = hypot(f, g)
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
