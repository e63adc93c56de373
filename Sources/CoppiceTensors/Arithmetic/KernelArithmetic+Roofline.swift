import CCoppiceKernels

extension KernelArithmetic {
  /// Multiply-adds of single floats in one turn of ``multiplyAdds(turns:)``.
  package var multiplyAddsOfTurn: Int { Int(table.pointee.multiply_adds_of_turn) }

  /// Multiply-adds in registers and nothing else, for somebody who times them.
  ///
  /// - Returns: A number that depends on all of them.
  package func multiplyAdds(turns: Int) -> Float { table.pointee.multiply_adds(turns, 0.5) }

  /// Reads all `numbers`, for somebody who times it.
  ///
  /// - Parameter numbers: A multiple of 128.
  /// - Returns: Their sum.
  package func readAll(_ numbers: AlignedBuffer<Float>) -> Float {
    precondition(numbers.count.isMultiple(of: 128), "\(numbers.count) numbers are read by 128")
    return table.pointee.read_all(numbers.count, numbers.pointer)
  }
}
