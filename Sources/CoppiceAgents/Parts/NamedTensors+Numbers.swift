import CoppiceTensors

extension NamedTensors {
  /// The numbers called `name`.
  ///
  /// - Throws: `UserError` of kind `checkpoint` when there are not `count`.
  func numbers(_ name: String, count: Int) throws(UserError) -> [Double] {
    let numbers: [Double] = try get(name)
    guard numbers.count == count else {
      throw UserError(
        .checkpoint, found: "\(numbers.count) numbers in \"\(name)\"", expected: "\(count)",
        action: "use a checkpoint that was not altered")
    }
    return numbers
  }
}
