import CoppiceExperiments
import CoppiceTensors
import Foundation
import Testing

@Suite("Files")
struct FileTests {
  @Test(
    "CRC-32C agrees with the published known answers",
    arguments: [
      (Array("123456789".utf8), 0xE306_9283),
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      ([UInt8](0..<32), 0x46DD_794E),
      ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
      ([], 0),
    ] as [([UInt8], UInt32)])
  func knownAnswers(bytes: [UInt8], expected: UInt32) {
    #expect(CRC32C.checksum(bytes) == expected)
  }

  @Test("CRC-32C does not depend on how the bytes are cut")
  func pieces() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * $0 + 7) }
    let whole = CRC32C.checksum(bytes)
    for size in [1, 3, 8, 9, 64, 999] {
      var sum = CRC32C()
      for start in stride(from: 0, to: bytes.count, by: size) {
        Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes { sum.add($0) }
      }
      #expect(sum.value == whole)
      #expect(CRC32C(continuing: sum.value) == sum)
    }
  }

  @Test("a file is replaced whole, and nothing is left beside it")
  func atomicFile() throws {
    let scratch = try Scratch()
    try AtomicFile.write([1, 2, 3], to: scratch["a"])
    try AtomicFile.write([4], to: scratch["a"])
    #expect(try scratch.bytes("a") == [4])
    #expect(try Folder(scratch.path).names() == ["a"])
  }

  @Test("a link keeps pointing to the file that is replaced, and a device is written to")
  func notAFile() throws {
    let scratch = try Scratch()
    try AtomicFile.write([1], to: scratch["target"])
    try FileManager.default.createSymbolicLink(
      atPath: scratch["link"], withDestinationPath: "target")
    try AtomicFile.write([7, 8], to: scratch["link"])
    #expect(try scratch.bytes("target") == [7, 8])
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: scratch["link"]) == "target")
    // a link to a device, so that no system is harmed by what fails here
    try FileManager.default.createSymbolicLink(
      atPath: scratch["null"], withDestinationPath: "/dev/null")
    try AtomicFile.write([1], to: scratch["null"])
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: scratch["null"]) == "/dev/null")
    #expect(try Folder(scratch.path).names() == ["link", "null", "target"])
    // the same of files that grow
    for (name, bytes) in [("link", [9]), ("null", [9])] as [(String, [UInt8])] {
      let file = try GrowingFile(scratch[name])
      try file.append(bytes)
      try file.finish()
    }
    #expect(try scratch.bytes("target") == [9])
    for (name, target) in [("link", "target"), ("null", "/dev/null")] {
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch[name]) == target)
    }
    #expect(try Folder(scratch.path).names() == ["link", "null", "target"])
  }

  @Test("a write that cannot be done names the path and the reason, and leaves the old file")
  func unwritable() throws {
    let scratch = try Scratch()
    let missing = #expect(throws: UserError.self) {
      try AtomicFile.write([1], to: scratch["none/a"])
    }
    #expect(missing?.kind == .file)
    #expect(missing?.found.contains(scratch["none/a"]) == true)
    #expect(missing?.found.contains("No such file") == true)

    try AtomicFile.write([9], to: scratch["file"])
    let inFile = #expect(throws: UserError.self) {
      try AtomicFile.write([1], to: scratch["file/a"])
    }
    #expect(inFile?.kind == .file)
    #expect(try scratch.bytes("file") == [9])
  }

  @Test("a full disk is an error that says so")
  func fullDisk() throws {
    guard Folder.exists("/dev/full") else { return }
    let file = try OpenFile("/dev/full", .update)
    let error = #expect(throws: UserError.self) { try file.write([1, 2, 3]) }
    #expect(error?.kind == .file)
    #expect(error?.description.contains("No space left") == true)
    #expect(error?.description.contains("free some space") == true)
  }

  @Test("a folder is made with those above it, lists its names and goes away")
  func folders() throws {
    let scratch = try Scratch()
    let folder = Folder(scratch["a/b/c"])
    try folder.create()
    try folder.create()
    try AtomicFile.write([1], to: folder["z"])
    try Folder(folder["y"]).create()
    #expect(try folder.names() == ["y", "z"])
    try Folder(scratch["a"]).remove()
    #expect(!Folder.exists(scratch["a"]))
    try Folder(scratch["a"]).remove()
  }

  @Test("a folder in place of a file is refused, not read")
  func folderAsFile() throws {
    let scratch = try Scratch()
    let error = #expect(throws: UserError.self) {
      _ = try OpenFile(scratch.path, .read).contents()
    }
    #expect(error?.kind == .file)
  }
}
