import Foundation

/// The table of modules in Package.swift, read as text.
struct Manifest {
  /// One module of the table.
  struct Module {
    var name: String
    /// The number of the comment that it stands under; nothing for what only tests use.
    var level: Int?
    /// The modules and products that it lists, in order.
    var imports: [String]
  }

  /// The modules, top to bottom.
  let modules: [Module]

  /// The module called `name`.
  subscript(name: String) -> Module? { modules.first { $0.name == name } }

  /// The manifest written in `text`.
  init(text: String) {
    let lines = text.components(separatedBy: "\n")
    guard let start = lines.firstIndex(where: { $0.hasPrefix("  targets: [") }) else {
      modules = []
      return
    }
    var modules: [Module] = []
    var level: Int?
    var declaration = ""
    for line in lines[(start + 1)...] {
      let code = line.trimmingCharacters(in: .whitespaces)
      if code.hasPrefix("//") {
        level = code.dropFirst(2).trimmingCharacters(in: .whitespaces)
          .split(separator: ":").first.flatMap { Int($0) }
        continue
      }
      if declaration.isEmpty, code.hasPrefix("]") { break }
      declaration += code
      let (opened, closed) = (declaration.count { $0 == "(" }, declaration.count { $0 == ")" })
      guard opened == closed, !declaration.isEmpty else { continue }
      if let module = Self.module(declaration, level: level) { modules.append(module) }
      declaration = ""
    }
    self.modules = modules
  }

  /// The module that `module(…)`, `.target(…)` or `.executableTarget(…)` declares.
  private static func module(_ declaration: String, level: Int?) -> Module? {
    let kinds = ["module(", ".target(", ".executableTarget("]
    guard kinds.contains(where: declaration.hasPrefix),
      let name = strings(in: declaration).first
    else { return nil }
    var imports: [String] = []
    for label in ["imports: [", "dependencies: ["] {
      guard let list = declaration.range(of: label) else { continue }
      let rest = declaration[list.upperBound...]
      let products = rest[..<(rest.firstIndex(of: "]") ?? rest.endIndex)]
        .replacing(/package: "[^"]*"/, with: "")
      imports = strings(in: String(products))
    }
    return Module(name: name, level: level, imports: imports)
  }

  /// The string literals of `text`.
  private static func strings(in text: String) -> [String] {
    text.matches(of: /"([^"]*)"/).map { String($0.output.1) }
  }
}
