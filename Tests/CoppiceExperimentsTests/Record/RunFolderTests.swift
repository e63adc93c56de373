import CoppiceExperiments
import CoppiceReports
import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Run folders")
struct RunFolderTests {
  private func make(_ path: String) throws -> RunFolder {
    try RunFolder.create(
      at: path, configuration: RunConfiguration(),
      provenance: .current(instructionSet: "portable")
    ).folder
  }

  @Test("a folder remembers its configuration, whatever is in it")
  func configuration() throws {
    let scratch = try Scratch()
    var configuration = try RunConfiguration.resolve(environment: "HalfCheetah-v5")
    configuration.sparsity = try SparsityExpression("2:4x4")
    configuration.learningRateSchedule = .linear(finalFraction: 0.1)
    configuration.environmentOptions = [
      "forward_reward_weight": .number(0.5), "bounds": .array([.number(-.infinity), .integer(3)]),
      "text": .string("a \"b\"\n\u{1}é"), "flag": .bool(true),
    ]
    configuration.nOfM.maskUpdatesUntil = 5000
    let (folder, _) = try RunFolder.create(
      at: scratch["runs/a/"], configuration: configuration,
      provenance: .current(instructionSet: "avx2"))
    #expect(folder.path == scratch["runs/a"])
    #expect(try RunFolder(opening: scratch["runs/a"]).configuration() == configuration)
  }

  @Test("a folder that holds a run is not trained into")
  func occupied() throws {
    let scratch = try Scratch()
    _ = try make(scratch["a"])
    let error = #expect(throws: UserError.self) { _ = try make(scratch["a"]) }
    #expect(error?.kind == .configuration)
    #expect(error?.action.contains("coppice resume") == true)
    let missing = #expect(throws: UserError.self) { _ = try RunFolder(opening: scratch["b"]) }
    #expect(missing?.kind == .checkpoint)
  }

  @Test("two cannot write into one folder")
  func lock() throws {
    let scratch = try Scratch()
    let folder = try make(scratch["a"])
    var lock: RunLock? = try folder.lock()
    let error = #expect(throws: UserError.self) { _ = try folder.lock() }
    #expect(error?.kind == .file)
    #expect(lock != nil)
    lock = nil
    _ = try folder.lock()
  }

  @Test("a new run gets a name that shells like and that nobody has")
  func unusedPath() throws {
    let scratch = try Scratch()
    var configuration = RunConfiguration()
    configuration.sparsity = try SparsityExpression("static@90%")
    let first = RunFolder.unusedPath(for: configuration, in: scratch.path)
    #expect(first == scratch["Pendulum-v1-td3-static-90-s1"])
    _ = try make(first)
    #expect(
      RunFolder.unusedPath(for: configuration, in: scratch.path) == first + "-2")
  }

  @Test("a run whose settings were changed into nonsense is listed as unreadable")
  func listing() throws {
    let scratch = try Scratch()
    _ = try make(scratch["good"])
    _ = try make(scratch["bad"])
    try scratch.write(Array("steps = \"many\"\n".utf8), to: "bad/run.toml")
    let listing = try RunListing(of: scratch.path)
    #expect(listing.runs.map(\.path) == [scratch["good"]])
    #expect(listing.unreadable.count == 1)
    #expect(listing.table.rows.count == 1)
    #expect(try RunListing(of: scratch["good"]).runs.count == 1)
    #expect(try RunListing(of: scratch["none"]).runs.isEmpty)
  }
}
