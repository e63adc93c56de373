import Coppice

/// Numbers as people type them on a command line.
enum Amount {
  /// What was expected in place of what was typed.
  struct Misunderstanding: Error, CustomStringConvertible {
    let description: String

    init(expected: String) { description = "expected \(expected)" }
  }

  /// A whole number that is not negative: `30000`, `1_000_000`, `1e6`, `2.5e5`.
  static func whole(_ text: String) throws -> Int {
    let digits = text.filter { $0 != "_" }
    if let value = Int(digits), value >= 0 { return value }
    if let value = Double(digits), let whole = Int(exactly: value), whole >= 0 { return whole }
    throw Misunderstanding(expected: "a whole number of at least 0, such as 30000 or 1e6")
  }

  /// A whole number of at least 1.
  static func positive(_ text: String) throws -> Int {
    guard let value = try? whole(text), value >= 1 else {
      throw Misunderstanding(expected: "a whole number of at least 1, such as 30000 or 1e6")
    }
    return value
  }

  /// Whole numbers of at least 1 between commas: `256,256`.
  static func list(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let value = try? positive(String($0)) else {
        throw Misunderstanding(expected: "whole numbers of at least 1 and commas, such as 256,256")
      }
      return value
    }
  }

  /// Sizes of layers, outputs × inputs, between commas: `256x256,256x17`.
  static func shapes(_ text: String) throws -> [LayerShape] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { shape in
      let sizes = shape.split(separator: "x", omittingEmptySubsequences: false)
        .compactMap { try? positive(String($0)) }
      guard sizes.count == 2, sizes.allSatisfy({ $0 <= 8192 }) else {
        throw Misunderstanding(
          expected: "outputs x inputs, each from 1 to 8192, and commas, such as 256x256,256x17")
      }
      return LayerShape(outputs: sizes[0], inputs: sizes[1])
    }
  }

  /// Different whole numbers: `1,2`, `1-4` or `1-4,9`.
  static func distinct(_ text: String) throws -> [Int] {
    var numbers: [Int] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = try piece.split(separator: "-", omittingEmptySubsequences: false).map {
        try whole(String($0))
      }
      guard let first = ends.first, let last = ends.last, ends.count <= 2, first <= last,
        last - first < 1000
      else { throw Misunderstanding(expected: "numbers and ranges of numbers, such as 1-4,9") }
      numbers += first...last
    }
    guard Set(numbers).count == numbers.count else {
      throw Misunderstanding(expected: "every number once")
    }
    return numbers
  }

  /// A finite number.
  static func number(_ text: String) throws -> Double {
    guard let value = Double(text), value.isFinite else {
      throw Misunderstanding(expected: "a number")
    }
    return value
  }
}
