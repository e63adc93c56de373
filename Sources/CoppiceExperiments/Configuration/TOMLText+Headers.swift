extension TOMLText {
  /// The line, counted from 1, of the first table header that does not begin with a name.
  ///
  /// The parser stops the program at such a header instead of reporting it, so headers are looked
  /// at first. Only lines where a statement begins are headers: a `[` inside a value that goes over
  /// several lines is an array.
  static func malformedHeader(in text: String) -> Int? {
    var scanner = StatementScanner()
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if scanner.isBetweenStatements, let name = headerName(line), !canBeginName(name) {
        return index + 1
      }
      scanner.read(line)
    }
    return nil
  }

  /// What follows the brackets of a header; nothing where the line is none.
  private static func headerName(_ line: Substring) -> Substring? {
    var rest = line.drop(while: \.isWhitespace)
    guard rest.first == "[" else { return nil }
    rest = rest.dropFirst()
    if rest.first == "[" { rest = rest.dropFirst() }
    return rest.drop { $0 == " " || $0 == "\t" }
  }

  private static func canBeginName(_ text: Substring) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    // an empty name is an error that the parser does report
    return first == "]" || first == "\"" || first == "'" || first == "-" || first == "_"
      || (first >= "a" && first <= "z") || (first >= "A" && first <= "Z")
      || (first >= "0" && first <= "9")
  }

  /// Follows brackets and strings, to know where a statement begins.
  private struct StatementScanner {
    private var depth = 0
    private var multiline: String?

    var isBetweenStatements: Bool { depth == 0 && multiline == nil }

    mutating func read(_ line: Substring) {
      var rest = line
      if isBetweenStatements, rest.drop(while: \.isWhitespace).first == "[" { return }
      while let character = rest.first {
        if let end = multiline {
          guard let close = rest.range(ofText: end) else { return }
          rest = rest[close...]
          multiline = nil
          continue
        }
        if let quotes = ["\"\"\"", "'''"].first(where: rest.hasPrefix) {
          multiline = quotes
          rest = rest.dropFirst(3)
          continue
        }
        switch character {
        case "#": return
        case "[", "{": depth += 1
        case "]", "}": depth = max(0, depth - 1)
        case "\"", "'":
          rest = rest.dropFirst().afterString(endedBy: character)
          continue
        default: break
        }
        rest = rest.dropFirst()
      }
    }
  }
}

extension Substring {
  /// Where the text behind the first `text` begins.
  fileprivate func range(ofText text: String) -> Index? {
    var rest = self
    while !rest.isEmpty {
      if rest.hasPrefix(text) { return rest.dropFirst(text.count).startIndex }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// What follows a one-line string whose opening quote is gone.
  fileprivate func afterString(endedBy quote: Character) -> Substring {
    var rest = self
    while let character = rest.first {
      rest = rest.dropFirst()
      if character == quote { return rest }
      if character == "\\", quote == "\"" { rest = rest.dropFirst() }
    }
    return rest
  }
}
