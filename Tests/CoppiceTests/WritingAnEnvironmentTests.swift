import Coppice
import Foundation
import Testing

@Suite("Writing an environment")
struct WritingAnEnvironmentTests {
  @Test("the article shows the code that is compiled here, all of it")
  func articleIsTrue() throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    func text(_ path: String) throws -> String {
      try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
    let article = try text("Sources/Coppice/Coppice.docc/WritingAnEnvironment.md")
    let shown = article.matches(of: /```swift\n((?:.|\n)*?)```/).map { String($0.output.1) }
    let test = "#expect(checkEnvironment { Corridor() }.isEmpty)\n"
    #expect(shown.filter { $0 != test }.joined(separator: "\n") == (try text(compiled)))
    #expect(shown.contains(test))
  }

  private let compiled = "Tests/CoppiceTests/Corridor.swift"

  @Test("the corridor keeps the contract of environments")
  func corridorIsFine() {
    #expect(checkEnvironment { Corridor() }.isEmpty)
  }

  @Test("an agent learns in an environment that this package does not know")
  func trains() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("coppice-corridor-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let summary = try trainInCorridor(at: folder)
    #expect(summary.finished && summary.environmentStep == 3_000)
    // standing still costs about 25 in an episode, leaving the corridor far more
    #expect(try #require(summary.finalReturn) > -5)

    let policy = try TrainedPolicy(folder)
    #expect(policy.action(for: [2])[0] < -0.5)
    #expect(policy.action(for: [-2])[0] > 0.5)
  }
}
