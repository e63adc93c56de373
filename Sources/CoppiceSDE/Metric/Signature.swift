/// The signature of a path of straight pieces, up to a depth: its iterated integrals
/// ∫ dX^{i₁} … dX^{iₖ} over t₁ < … < tₖ, for every word i₁…iₖ of channels.
///
/// It says what order a path does things in, whatever its speed: two paths with the same signature differ only in
/// pieces that go somewhere and the same way back. It does not see where a path begins.
///
/// ```swift
/// var signature = Signature(channelCount: 2, depth: 3)
/// signature.extend(by: [1, 0])  // to the right
/// signature.extend(by: [0, 1])  // then up
/// let area = (signature[[0, 1]] - signature[[1, 0]]) / 2  // Lévy's: 1/2
/// ```
///
/// ## Shapes
/// - `D` channels, depth `M`; `D` + `D`² + … + `D`^`M` terms
///
/// ## Source
/// Chen 1958, "Integration of paths — a faithful representation of paths by non-commutative formal power series": the
/// signature of two paths, one after the other, is the tensor product of theirs, and of a straight piece the
/// exponential of its increment. The product is summed as Horner's rule sums a polynomial, as in Kidger, Lyons
/// 2021, "Signatory: differentiable computations of the signature and logsignature transforms", section 3.
public struct Signature: Sendable {
  /// `D`.
  public let channelCount: Int

  /// `M`.
  public let depth: Int

  /// The terms, those of short words first, words of one length in the order of a dictionary.
  public private(set) var terms: [Double]

  /// Where the words of a length begin; `M` + 1 numbers.
  private let starts: [Int]
  private var products: [Double]

  /// The signature of a path that stands still: every term is 0.
  ///
  /// - Precondition: Both are positive.
  public init(channelCount: Int, depth: Int) {
    precondition(channelCount > 0 && depth > 0, "a signature has channels and a depth")
    (self.channelCount, self.depth) = (channelCount, depth)
    var (starts, size) = ([0], 1)
    for _ in 0..<depth {
      size *= channelCount
      starts.append((starts.last ?? 0) + size)
    }
    self.starts = starts
    terms = [Double](repeating: 0, count: starts[depth])
    products = [Double](repeating: 0, count: max(channelCount, size / channelCount))
  }

  /// How many terms a signature has; nothing where there are more than fit.
  public static func termCount(channelCount: Int, depth: Int) -> Int? {
    var (count, size) = (0, 1)
    for _ in 0..<depth {
      let (next, overflows) = size.multipliedReportingOverflow(by: channelCount)
      let (sum, sumOverflows) = count.addingReportingOverflow(next)
      if overflows || sumOverflows { return nil }
      (size, count) = (next, sum)
    }
    return count
  }

  /// The term of a word of 1 to `M` channels.
  public subscript(word: [Int]) -> Double {
    precondition((1...depth).contains(word.count), "a word of 1 to \(depth) channels")
    return terms[starts[word.count - 1] + word.reduce(0) { $0 * channelCount + $1 }]
  }

  /// Becomes the signature of a path that stands still.
  public mutating func reset() {
    for index in terms.indices { terms[index] = 0 }
  }

  /// Goes on by a straight piece.
  ///
  /// - Parameter increment: `[D]`.
  /// - Complexity: about 2 `D`^`M` multiplications; allocates nothing.
  public mutating func extend(by increment: [Double]) {
    increment.withUnsafeBufferPointer { extend(by: $0) }
  }

  /// Goes on by a straight piece whose increment, `[D]`, lies in memory.
  mutating func extend(by increment: UnsafeBufferPointer<Double>) {
    precondition(increment.count == channelCount, "an increment of every channel")
    let (count, depth, starts) = (channelCount, depth, starts)
    terms.withUnsafeMutableBufferPointer { terms in
      products.withUnsafeMutableBufferPointer { products in
        // long words first, since they read the short ones as they were
        var length = depth
        while length > 1 {
          // (((v/k + S₁) ⊗ v/(k − 1) + S₂) ⊗ v/(k − 2) + … + Sₖ₋₁) ⊗ v + Sₖ
          for channel in 0..<count {
            products[channel] = increment[channel] / Double(length) + terms[channel]
          }
          for level in 2..<max(2, length) {
            let start = starts[level - 1]
            let scale = 1 / Double(length - level + 1)
            // from behind, since the products grow in place
            var word = (start - starts[level - 2]) - 1
            while word >= 0 {
              let product = products[word] * scale
              for channel in 0..<count {
                let place = word * count + channel
                products[place] = product * increment[channel] + terms[start + place]
              }
              word -= 1
            }
          }
          let start = starts[length - 1]
          for word in 0..<(start - starts[length - 2]) {
            for channel in 0..<count {
              terms[start + word * count + channel] += products[word] * increment[channel]
            }
          }
          length -= 1
        }
        for channel in 0..<count { terms[channel] += increment[channel] }
      }
    }
  }
}
