import CoppiceAgents
import CoppiceExperiments
import CoppiceTensors
import Foundation
import Testing

@Suite("Folders of studies")
struct StudyFolderTests {
  /// A study of small members that take well under a second each.
  static func text(seeds: String = "1, 2", more: String = "") -> String {
    """
    # kept as it is   \r
    format = 1
    name = "small"
    [settings]
    steps = 300
    hidden = [16, 16]
    warm_up_steps = 100
    evaluation_every = 100
    evaluation_episodes = 2
    checkpoint_every = 100
    log_every = 100
    [grid]
    seed = [\(seeds)]
    \(more)
    """
  }

  private func folder(_ path: String, _ text: String = text()) throws -> StudyFolder {
    try StudyFolder(at: path, for: try Study(toml: text))
  }

  @Test("the file lies there byte for byte, and the folder gives the study back")
  func roundTrip() throws {
    let scratch = try Scratch()
    let made = try folder(scratch["study"])
    #expect(try scratch.bytes("study/study.toml") == Array(Self.text().utf8))
    #expect(try StudyFolder(opening: scratch["study/"]) == made)
    // a comment changes no member
    #expect(try folder(scratch["study"], Self.text() + "\n# more") == made)
    #expect(try scratch.bytes("study/study.toml") == Array(Self.text().utf8))
  }

  @Test(
    "an edited study is refused with the members that differ, and only grows where that is wanted")
  func edited() throws {
    let scratch = try Scratch()
    _ = try folder(scratch["study"])
    let before = try scratch.bytes("study/study.toml")
    for (text, words, action) in [
      (Self.text(seeds: "1, 2, 3"), "added: Pendulum-v1-td3-dense-s3", "--extend"),
      (Self.text(seeds: "2"), "removed: Pendulum-v1-td3-dense-s1", "another --out"),
      (
        Self.text().replacing("steps = 300", with: "steps = 400"),
        "changed: Pendulum-v1-td3-dense-s1, Pendulum-v1-td3-dense-s2", "another --out"
      ),
      (Self.text(seeds: "2, 1"), "the order", "another --out"),
      (Self.text(seeds: "0, 1, 2"), "added: Pendulum-v1-td3-dense-s0", "another --out"),
      (Self.text(more: "[halving]\nfirst_steps = 100"), "[halving] changed", "another --out"),
    ] {
      let study = try Study(toml: text)
      for extending in action == "--extend" ? [false] : [false, true] {
        let error = #expect(throws: UserError.self) {
          try StudyFolder(at: scratch["study"], for: study, extending: extending)
        }
        #expect(error?.found.contains(words) == true, "\(String(describing: error))")
        #expect(error?.action.contains(action) == true, "\(String(describing: error))")
        #expect(error?.kind == .configuration)
      }
      #expect(try scratch.bytes("study/study.toml") == before)
    }
    let longer = try Study(toml: Self.text(seeds: "1, 2, 3"))
    #expect(
      try StudyFolder(at: scratch["study"], for: longer, extending: true).study.members.count == 3)
    #expect(try StudyFolder(opening: scratch["study"]).study == longer)
  }

  @Test("folders that hold something else are left alone")
  func others() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch["other"], withIntermediateDirectories: true)
    try scratch.write([1], to: "other/letter.txt")
    let error = #expect(throws: UserError.self) { try folder(scratch["other"]) }
    #expect(error?.found.contains("letter.txt") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch["other"]) == ["letter.txt"])
    for path in ["other", "nowhere"] {
      let error = #expect(throws: UserError.self) { try StudyFolder(opening: scratch[path]) }
      #expect(error?.kind == .checkpoint)
      #expect(error?.expected == "the folder of a study")
    }
  }

  @Test("recipes of one's own are kept with the study")
  func recipes() throws {
    let scratch = try Scratch()
    try scratch.write(Array("td3.discount = 0.5\n".utf8), to: "mine.toml")
    try scratch.write(Array(Self.text(more: "recipe = [\"mine.toml\"]").utf8), to: "s.toml")
    let made = try StudyFolder(
      at: scratch["study"], for: try Study(contentsOf: scratch["s.toml"]))
    #expect(made.study.members[0].configuration.td3.discount == 0.5)
    try FileManager.default.removeItem(atPath: scratch["mine.toml"])
    #expect(try StudyFolder(opening: scratch["study"]).study.members == made.study.members)
  }

  @Test("half a line at the end of a journal is nothing, and one in the middle is an error")
  func tornLines() throws {
    let scratch = try Scratch()
    let folder = try folder(scratch["study"])
    #expect(try StudyWorker(folder).run(1) == .finished)
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: scratch["study/journal"]).first)
    let journal = "study/journal/\(name)"
    let whole = try scratch.bytes(journal)
    #expect(try folder.events().map(\.event) == [.started, .finished])

    try scratch.write(whole + Array("{\"environment_st".utf8), to: journal)
    #expect(try folder.events().count == 2)
    #expect(try StudyWorker(folder).run(2) == .finished)
    #expect(try folder.events().map(\.event) == [.started, .finished, .started, .finished])
    #expect(try scratch.bytes(journal).starts(with: whole))

    let torn = Array(whole.prefix(40)) + [0x0A] + whole
    try scratch.write(torn, to: journal)
    for attempt in [
      { _ = try folder.events() }, { _ = try StudyWorker(folder).run(2) },
      { _ = try StudyStatus(of: folder) }, { _ = try folder.results() },
    ] {
      let error = #expect(throws: UserError.self, performing: attempt)
      #expect(error?.kind == .checkpoint)
      #expect(error?.found.contains("\(name), line 1,") == true)
    }
    #expect(try scratch.bytes(journal) == torn)
  }
}
