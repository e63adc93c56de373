import CoppiceExperiments
import CoppiceRandom
import CoppiceTensors
import Testing

@Suite("Safetensors")
struct SafetensorsTests {
  static let contents: Safetensors.Contents = {
    var tensors = NamedTensors()
    tensors.set("weights", [Float](arrayLiteral: 1, -0.0, .nan, 3.5, 5, 6), shape: [2, 3])
    tensors.set("clock", [UInt64.max])
    tensors.set("a.b-c", [Double](), shape: [0, 4])
    tensors.set("mask", [UInt8]([1, 0, 1]))
    return Safetensors.Contents(tensors: tensors, metadata: ["environment": "Pendulum-v1"])
  }()

  @Test("what was written is read, bit for bit and in order")
  func roundTrip() throws {
    let scratch = try Scratch()
    try Safetensors.write(Self.contents, to: scratch["a"])
    let read = try Safetensors.read(scratch["a"])
    #expect(read.metadata == Self.contents.metadata)
    #expect(Set(read.tensors.names) == Set(Self.contents.tensors.names))
    for name in read.tensors.names { #expect(read.tensors[name] == Self.contents.tensors[name]) }
  }

  @Test("tensors begin on a 64-byte boundary, behind a header that others can read")
  func layout() throws {
    let bytes = try Safetensors.encode(Self.contents)
    let header = Int(bytes[0]) + Int(bytes[1]) << 8
    #expect((8 + header) % 64 == 0)
    #expect(bytes[8] == 0x7B)
    #expect(bytes[7 + header] == 0x20 || bytes[7 + header] == 0x7D)
    let weights = 8 + header
    #expect(Array(bytes[weights..<(weights + 4)]) == [0, 0, 0x80, 0x3F])
  }

  /// A file with `header` and `count` bytes of data.
  private func file(_ header: String, data count: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
      + Array(header.utf8) + [UInt8](repeating: 0, count: count)
  }

  @Test(
    "a malformed file is refused with its path and a reason",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "outside"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "no tensor"),
      (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "shape"),
      (#"{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, 8, "type"),
      (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "shape"),
      (#"{"a":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, "shape"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "outside"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, 8, "outside"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, "outside"),
      (
        #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
          + #""b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#, 6, "overlaps"
      ),
      (#"{"a":{"shape":[2],"data_offsets":[0,8]}}"#, 8, "missing"),
      ("[1]", 0, "table"),
      ("{", 0, "JSON"),
    ])
  func malformed(header: String, data: Int, reason: String) throws {
    let error = #expect(throws: UserError.self) {
      try Safetensors.decode(file(header, data: data), from: "some/path")
    }
    #expect(error?.kind == .checkpoint)
    #expect(error?.found.contains("some/path") == true)
    #expect(error?.found.contains(reason) == true, "\(error?.found ?? "")")
  }

  @Test("a header that claims to be huge is refused without taking the memory")
  func hugeHeader() throws {
    for claim in [UInt64.max, 1 << 62, 1 << 40, 100_000_001, 5] {
      let bytes = withUnsafeBytes(of: claim.littleEndian) { Array($0) } + [0x7B, 0x7D]
      let error = #expect(throws: UserError.self) { try Safetensors.decode(bytes, from: "p") }
      #expect(error?.kind == .checkpoint)
    }
  }

  @Test("no truncation and no altered byte can crash the reader")
  func fuzz() throws {
    let bytes = try Safetensors.encode(Self.contents)
    for length in 0..<bytes.count {
      #expect(throws: UserError.self) {
        try Safetensors.decode(Array(bytes[..<length]), from: "p")
      }
    }
    var random = RandomKey(seed: 9).stream()
    var refused = 0
    for _ in 0..<3000 {
      var altered = bytes
      for _ in 0...random.nextIndex(below: 3) {
        altered[random.nextIndex(below: altered.count)] = UInt8(random.nextIndex(below: 256))
      }
      do throws(UserError) {
        _ = try Safetensors.decode(altered, from: "p")
      } catch {
        #expect(error.kind == .checkpoint)
        refused += 1
      }
    }
    // most of the file is header, and most changes of a header make it senseless
    #expect(refused > 1000)
  }
}
