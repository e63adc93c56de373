import CCoppiceKernels

extension KernelArithmetic {
  /// How many of `count` numbers are not zero.
  public func nonZeroCount(count: Int, values: UnsafePointer<Float>) -> Int {
    table.pointee.count_nonzero(count, values)
  }

  /// Sets all but the `wanted` largest magnitudes to zero, and marks those that are left.
  public func keepLargest(
    _ wanted: Int, count: Int, values: UnsafeMutablePointer<Float>,
    mask: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutablePointer<UInt32>
  ) -> Int {
    table.pointee.keep_largest(count, wanted, values, mask, scratch)
  }

  /// Collects the keys that lie in a bracket, in their order, and counts those that lie beyond it.
  ///
  /// - Parameters:
  ///   - bracket: What is looked for.
  ///   - count: How many keys there are.
  ///   - keys: `[count]`.
  ///   - found: `[count]`: the keys within the bracket; what follows them is undefined. It may be the words
  ///     of the keys.
  /// - Returns: How many lie within the bracket, and how many beyond its upper bound.
  /// - Complexity: O(count).
  public func collect(
    _ bracket: ClosedRange<UInt32>, count: Int, of keys: OrderedWords,
    into found: UnsafeMutablePointer<UInt32>
  ) -> (within: Int, beyond: Int) {
    var beyond = 0
    let within = table.pointee.collect_keys(
      count, keys.forKernels, bracket.lowerBound, bracket.upperBound - bracket.lowerBound, found,
      &beyond)
    return (within, beyond)
  }

  /// Writes a mark for the keys that reach a limit.
  ///
  /// - Parameters:
  ///   - lowest: The least key that gets the mark.
  ///   - count: How many keys there are.
  ///   - keys: `[count]`.
  ///   - mark: What is written.
  ///   - marks: `[count]`; stays as it is where the key is less.
  /// - Complexity: O(count).
  public func mark(
    from lowest: UInt32, count: Int, of keys: OrderedWords, as mark: UInt8,
    in marks: UnsafeMutablePointer<UInt8>
  ) {
    table.pointee.mark_keys(count, keys.forKernels, lowest, mark, marks)
  }
}

/// What numbers are ordered by: keys made of words that lie somewhere, without a copy of them.
public struct OrderedWords {
  /// Integers, or single-precision numbers that are read as such.
  public var words: UnsafeRawPointer
  /// The bits of a word that count.
  public var significant: UInt32
  /// Those that are turned over: none, or all of them for the opposite order.
  public var flip: UInt32

  /// Keys of the words that begin here.
  public init(_ words: UnsafeRawPointer, significant: UInt32 = .max, flip: UInt32 = 0) {
    self.words = words
    self.significant = significant
    self.flip = flip
  }

  /// The key of word `index`.
  @inlinable
  public subscript(index: Int) -> UInt32 {
    words.load(fromByteOffset: 4 * index, as: UInt32.self) & significant ^ flip
  }

  fileprivate var forKernels: coppice_keys {
    coppice_keys(words: words, significant: significant, flip: flip)
  }
}
