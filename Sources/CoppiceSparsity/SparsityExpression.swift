public import CoppiceTensors

/// How sparse a network is, as people write it.
///
/// | Text | Meaning |
/// |---|---|
/// | `dense` | every weight is kept |
/// | `2:4` | 2 of every 4 consecutive weights of a row are kept |
/// | `2:4x4` | the same, with one choice shared by 4 output rows |
/// | `rigl@90%` | the method `rigl` with 90 % zeros |
/// | `ds` | the method `ds` as its settings say |
/// | `static@90%x4` | the same, with one choice shared by 4 output rows |
/// | `90%`, `90%x4` | short for `static@90%` and `static@90%x4` |
///
/// The spelling is kept: what a person wrote is what tables, file names and reports show.
///
/// ```swift
/// let sparsity = try SparsityExpression("2:4")
/// print(sparsity, sparsity.pattern)   // 2:4 nOfM(kept: 2, group: 4, sharedRows: 1)
/// ```
public struct SparsityExpression: Sendable, Hashable {
  /// What an expression means.
  public enum Pattern: Sendable, Hashable {
    /// Every weight is kept.
    case dense
    /// `kept` of every `group` consecutive weights of a row, one choice for `sharedRows` rows.
    case nOfM(kept: Int, group: Int, sharedRows: Int)
    /// A method that keeps all but the fraction `sparsity` of the weights, in [0, 1), or as many as its
    /// settings say where there is none; one choice for `sharedRows` rows.
    case method(name: String, sparsity: Double?, sharedRows: Int)
  }

  /// The expression as it was written.
  public let spelling: String

  /// What it means.
  public let pattern: Pattern

  /// Every weight is kept.
  public static let dense = SparsityExpression(spelling: "dense", pattern: .dense)

  private init(spelling: String, pattern: Pattern) {
    self.spelling = spelling
    self.pattern = pattern
  }

  /// Reads an expression.
  ///
  /// - Parameters:
  ///   - text: The expression, as in the table above.
  ///   - methods: The names that may stand before `@`; any name where nothing is given.
  /// - Throws: `UserError` of kind `configuration` that says what is wrong and what would be right.
  public init(_ text: String, methods: [String]? = nil) throws(UserError) {
    spelling = text
    if text == "dense" {
      pattern = .dense
    } else if text.contains("%") {
      pattern = try Self.percentage(text, methods: methods)
    } else if text.contains(":") {
      pattern = try Self.nOfM(text)
    } else {
      pattern = try Self.bare(text, methods: methods)
    }
  }

  /// A method without a fraction.
  private static func bare(_ text: String, methods: [String]?) throws(UserError) -> Pattern {
    let isName =
      text.first?.isLetter == true
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    let known = methods ?? SparsityCatalogue.standard.methods
    guard isName, methods?.contains(text) ?? true else {
      let isWord = text.contains(where: \.isLetter)
      let match = isWord ? nearestMatch(to: text, in: ["dense"] + known) : nil
      throw Self.error(text, expected: Self.forms, action: match.map { "did you mean \"\($0)\"?" })
    }
    return .method(name: text, sparsity: nil, sharedRows: 1)
  }

  private static let forms =
    "dense, N:M such as 2:4, N:MxR such as 2:4x4, METHOD@P% such as static@90%, "
    + "or METHOD@P%xR such as static@90%x4"

  private static func error(
    _ text: String, expected: String, action: String? = nil
  ) -> UserError {
    UserError(
      .configuration, found: "sparsity \"\(text)\"", expected: expected,
      action: action ?? "see `coppice list sparsity`")
  }

  private static func nOfM(_ text: String) throws(UserError) -> Pattern {
    let halves = text.split(separator: ":", omittingEmptySubsequences: false)
    let tail = halves.last?.split(separator: "x", omittingEmptySubsequences: false) ?? []
    guard halves.count == 2, tail.count == 1 || tail.count == 2,
      let kept = wholeNumber(halves[0]), let group = wholeNumber(tail[0]),
      let sharedRows = tail.count == 1 ? 1 : wholeNumber(tail[1])
    else { throw error(text, expected: "N:M or N:MxR in whole numbers, such as 2:4 or 2:4x4") }
    guard (1...32).contains(group) else { throw error(text, expected: "M from 1 to 32") }
    guard kept >= 1 else {
      throw error(text, expected: "N of at least 1, or nothing would be kept")
    }
    guard kept <= group else {
      throw error(text, expected: "N of at most M, since N of M weights are kept")
    }
    guard (1...64).contains(sharedRows) else {
      throw error(text, expected: "from 1 to 64 rows after the x")
    }
    return .nOfM(kept: kept, group: group, sharedRows: sharedRows)
  }

  private static func percentage(
    _ text: String, methods: [String]?
  ) throws(UserError) -> Pattern {
    let halves = text.split(separator: "%", omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: "@", omittingEmptySubsequences: false)
    guard let number = parts.last, parts.count <= 2, let percent = decimal(number),
      halves.count == 2, let sharedRows = rows(behindPercent: halves[1])
    else {
      throw error(
        text, expected: "METHOD@P%, METHOD@P%xR, P% or P%xR, such as static@90% or 90%x4")
    }
    guard (1...64).contains(sharedRows) else {
      throw error(text, expected: "from 1 to 64 rows after the x")
    }
    guard percent >= 0, percent < 100 else {
      throw error(text, expected: "at least 0 % and less than 100 % zeros")
    }
    let name = parts.count == 2 ? String(parts[0]) : "static"
    if let methods, !methods.contains(name) {
      let hint = nearestMatch(to: name, in: methods).map { "did you mean \"\($0)\"?" }
      throw error(
        text, expected: "one of \(methods.joined(separator: ", ")) before the @", action: hint)
    }
    guard !name.isEmpty else { throw error(text, expected: "a method before the @") }
    return .method(name: name, sparsity: percent / 100, sharedRows: sharedRows)
  }

  /// 1 where nothing follows, R for `xR`, nothing for anything else.
  private static func rows(behindPercent text: Substring) -> Int? {
    text.isEmpty ? 1 : text.hasPrefix("x") ? wholeNumber(text.dropFirst()) : nil
  }

  /// A number of digits alone: no sign, no space, no exponent.
  private static func wholeNumber(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  /// Digits with at most one point.
  private static func decimal(_ text: Substring) -> Double? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) else {
      return nil
    }
    return Double(text)
  }
}

extension SparsityExpression: CustomStringConvertible {
  /// The expression as it was written.
  public var description: String { spelling }
}

extension SparsityExpression: Codable {
  /// Reads a string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    try self.init(container.decode(String.self))
  }

  /// Writes the spelling.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(spelling)
  }
}
