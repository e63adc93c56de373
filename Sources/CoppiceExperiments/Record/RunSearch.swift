import CoppiceTensors

/// Where runs are found in folders.
struct RunSearch {
  /// How many levels of folders below a given one are looked into.
  static let depth = 3

  /// The runs, folder by folder, by path within each, none twice.
  private(set) var paths: [String] = []
  /// Folders that could not be read, and why.
  private(set) var unreadable: [String] = []

  private let kinds: [RunKind]

  /// The runs in the folders at `places` and up to ``depth`` levels below, or those that they are.
  ///
  /// Hidden folders are passed over, and nothing is looked for inside of a run.
  ///
  /// - Parameters:
  ///   - places: Folders.
  ///   - kinds: What runs are looked for.
  /// - Throws: `UserError` of kind `file` when one of the folders cannot be read.
  init(in places: [String], kinds: [RunKind]) throws(UserError) {
    self.kinds = kinds
    for place in places {
      if RunKind(of: place) != nil {
        add(place)
      } else {
        try search(Folder(place), depth: Self.depth)
      }
    }
  }

  private mutating func add(_ path: String) {
    let path = RunFolder.trimmed(path)
    guard let kind = RunKind(of: path), kinds.contains(kind) else { return }
    if !paths.contains(path) { paths.append(path) }
  }

  private mutating func search(_ folder: Folder, depth: Int) throws(UserError) {
    for name in try folder.names() where !name.hasPrefix(".") {
      let path = folder[name]
      if RunKind(of: path) != nil {
        add(path)
      } else if depth > 1, Folder(path).exists {
        do throws(UserError) {
          try search(Folder(path), depth: depth - 1)
        } catch {
          unreadable.append("\(path): \(error)")
        }
      }
    }
  }
}
