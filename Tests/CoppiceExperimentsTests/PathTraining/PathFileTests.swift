import CoppiceExperiments
import CoppiceSDE
import CoppiceTensors
import Testing

@Suite("Files of paths")
struct PathFileTests {
  private let scratch: Scratch
  private let paths: PathSet

  init() throws {
    scratch = try Scratch()
    paths = try PathSet(
      times: [0, 0.1, 3], channelNames: ["level", "price"],
      values: [1, .nan, 2, 20, 0.3, 30, 4, 40, 5, 50, 6, 1e-9])
  }

  @Test("paths come back bit for bit from either kind", arguments: ["a.csv", "a.safetensors"])
  func roundTrip(name: String) throws {
    try PathFile.write(paths, to: scratch[name])
    let again = try PathFile.read(scratch[name])
    #expect(again.times == paths.times && again.channelNames == paths.channelNames)
    #expect(again.values.map(\.isNaN) == paths.values.map(\.isNaN))
    #expect(again.values.filter { !$0.isNaN } == paths.values.filter { !$0.isNaN })
  }

  @Test("tensors without names of channels get some, and others beside them do not count")
  func unnamed() throws {
    var tensors = paths.tensors
    tensors.set("labels", [0, 1] as [Int64])
    try Safetensors.write(.init(tensors: tensors), to: scratch["b.safetensors"])
    #expect(try PathFile.read(scratch["b.safetensors"]).channelNames == ["value_0", "value_1"])
  }

  @Test("the name of the file is in what is said of it")
  func refusals() throws {
    var tensors = paths.tensors
    tensors["times"] = nil
    try Safetensors.write(.init(tensors: tensors), to: scratch["c.safetensors"])
    var error = #expect(throws: UserError.self) { try PathFile.read(scratch["c.safetensors"]) }
    #expect(error?.found == "\(scratch["c.safetensors"]): no tensor \"times\"")
    error = #expect(throws: UserError.self) {
      try PathFile.read(scratch["c.safetensors"], columns: .paths)
    }
    #expect(error?.kind == .configuration && error?.action == "leave it out")
    error = #expect(throws: UserError.self) { try PathFile.read(scratch["d.safetensors"]) }
    #expect(error?.kind == .file)
    let comma = try PathSet(times: [0, 1], channelNames: ["a,b"], values: [1, 2])
    error = #expect(throws: UserError.self) {
      try PathFile.write(comma, to: scratch["e.safetensors"])
    }
    #expect(error?.found.contains("a channel called \"a,b\"") == true)
    try PathFile.write(comma, to: scratch["e.csv"])
    #expect(try PathFile.read(scratch["e.csv"]).channelNames == ["a,b"])
  }
}
