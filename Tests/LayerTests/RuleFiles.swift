import Foundation

/// Which topology rules there are by the text of their files, and whether each has what belongs to it.
///
/// A rule is a type that conforms to `SparsityMethod` or `TopologyRule`. It has a source file and a
/// test file of its name, and a line in the catalogue.
struct RuleFiles {
  /// Texts by path: everything below `Sources`.
  var sources: [String: String]
  /// Paths of everything below `Tests`.
  var tests: [String]
  /// The text that lists the methods.
  var catalogue: String

  /// What is missing, in words; nothing where every rule is complete.
  var findings: [String] {
    var findings: [String] = []
    var rules: Set<String> = []
    for (path, text) in sources.sorted(by: { $0.key < $1.key }) {
      for rule in Self.rules(in: text) {
        rules.insert(rule)
        if path != Self.source(of: rule) {
          findings.append("\(rule) is declared in \(path), not in \(Self.source(of: rule))")
        }
      }
    }
    let catalogued = Set(Self.entries(in: catalogue))
    for rule in rules.union(catalogued).sorted() {
      if !rules.contains(rule) { findings.append("\(rule) is catalogued and declared nowhere") }
      if !catalogued.contains(rule) { findings.append("\(rule) has no line in the catalogue") }
      if !tests.contains(Self.test(of: rule)) { findings.append("no \(Self.test(of: rule))") }
    }
    return findings
  }

  /// The types that a text declares to be rules.
  static func rules(in text: String) -> [String] {
    let pattern =
      /\b(?:struct|enum|class|actor|extension)\s+(\w+)(?:<[^{]*?>)?\s*:[^{]*\b(?:SparsityMethod|TopologyRule)\b[^{]*\{/
    return withoutComments(text).matches(of: pattern).map { String($0.output.1) }
  }

  /// The rules in the list of the catalogue.
  ///
  /// An entry is `Entry(SET.self)`, or `.nOfM` for a rule whose entry is made elsewhere; `.dense` is the
  /// absence of a rule.
  static func entries(in text: String) -> [String] {
    let text = withoutComments(text)
    let start = /standard = SparsityCatalogue\(entries: \[([^\]]*)\]/
    guard let list = text.firstMatch(of: start) else { return [] }
    return list.output.1.matches(of: /Entry\((\w+)\.self\)|(?:^|\s)\.(\w+),/).compactMap {
      if let type = $0.output.1 { return String(type) }
      guard let name = $0.output.2, name != "dense" else { return nil }
      return name.prefix(1).uppercased() + name.dropFirst()
    }
  }

  private static func source(of rule: String) -> String {
    "Sources/CoppiceSparsity/TopologyRule/\(rule).swift"
  }

  private static func test(of rule: String) -> String {
    "Tests/CoppiceSparsityTests/\(rule)Tests.swift"
  }

  private static func withoutComments(_ text: String) -> String {
    text.replacing(/\/\/[^\n]*/, with: "")
  }
}
