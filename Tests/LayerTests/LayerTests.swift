import Foundation
import Testing

@Suite("Layers")
struct LayerTests {
  let manifest: Manifest

  init() throws { manifest = Manifest(text: try SourceTree.text("Package.swift")) }

  /// The modules that Sources holds.
  var layered: [Manifest.Module] { manifest.modules.filter { $0.level != nil } }

  @Test("the manifest lists every folder of Sources, under a numbered comment")
  func everyFolderHasALevel() throws {
    let folders = try FileManager.default
      .contentsOfDirectory(atPath: SourceTree.root.appendingPathComponent("Sources").path)
      .filter { !$0.hasPrefix(".") }
    #expect(Set(folders) == Set(layered.map(\.name)))
    #expect(layered.count == Set(layered.map(\.name)).count)
    #expect(manifest["CoppiceTensors"]?.imports.contains("CCoppiceKernels") == true)
    #expect(manifest["CoppiceTool"]?.imports.contains("ArgumentParser") == true)
  }

  @Test("a module imports no Coppice module that its entry does not list")
  func importsAreListed() throws {
    let names = Set(layered.map(\.name))
    for module in layered {
      let unlisted = try SourceTree.imports(of: module.name)
        .intersection(names).subtracting(module.imports).subtracting([module.name])
      #expect(
        unlisted.isEmpty,
        "\(module.name) imports \(unlisted.sorted()): list them in Package.swift or do without")
    }
  }

  @Test("arrows point down")
  func arrowsPointDown() throws {
    for module in layered {
      for name in module.imports {
        guard let other = manifest[name] else { continue }
        let (from, to) = (try #require(module.level), other.level ?? .max)
        #expect(to < from, "\(module.name), on level \(from), must not import \(name)")
      }
    }
  }

  @Test("what an entry lists is imported somewhere in the module")
  func listedImportsAreUsed() throws {
    for module in layered where !module.imports.isEmpty {
      let unused = Set(module.imports).subtracting(try SourceTree.imports(of: module.name))
      #expect(
        unused.isEmpty, "\(module.name) lists \(unused.sorted()) and imports them nowhere")
    }
  }

  @Test("agents and what lies below them open no files and read no calendar")
  func lowerLayersDoWithoutFoundation() throws {
    for module in layered where try #require(module.level) < 5 && module.name != "CoppiceReports" {
      let imports = try SourceTree.imports(of: module.name)
      #expect(!imports.contains("Foundation"), "\(module.name) imports Foundation")
    }
  }

  @Test("no source is left with a note that work remains")
  func noUnfinishedWork() throws {
    // cut in two, so that this file may be searched as well
    let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X"].joined(separator: "|")
    let pattern = try Regex("\\b(\(words))\\b")
    for folder in ["Sources", "Tests", "Scripts"] {
      for file in try SourceTree.files(in: folder, ["swift", "c", "h", "sh", "py"]) {
        let found = try SourceTree.text(file).firstMatch(of: pattern)
        #expect(found == nil, "\(file) holds such a note")
      }
    }
  }
}
