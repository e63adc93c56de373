import Foundation

/// The files of this package.
enum SourceTree {
  /// The folder that holds Package.swift.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The text of the file at `path` below the root.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The files below `folder` whose names end with one of `extensions`, in a fixed order.
  static func files(in folder: String, _ extensions: Set<String>) throws -> [String] {
    let start = root.appendingPathComponent(folder)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: start.path)
    return paths.filter { extensions.contains(URL(fileURLWithPath: $0).pathExtension) }
      .map { "\(folder)/\($0)" }.sorted()
  }

  /// The modules that the Swift sources of `module` import.
  static func imports(of module: String) throws -> Set<String> {
    let pattern =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/
    var names: Set<String> = []
    for file in try files(in: "Sources/\(module)", ["swift"]) {
      for line in try text(file).split(separator: "\n") {
        if let match = line.firstMatch(of: pattern) { names.insert(String(match.output.1)) }
      }
    }
    return names
  }
}
