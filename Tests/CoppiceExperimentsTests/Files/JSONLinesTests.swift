import CoppiceExperiments
import CoppiceTensors
import Testing

@Suite("Logs of JSON lines")
struct JSONLinesTests {
  struct Line: Codable, Equatable {
    var environment_step: Int
    var value: Double
  }

  @Test("what was appended is read, also after opening the log again")
  func roundTrip() throws {
    let scratch = try Scratch()
    try JSONLines(scratch["log"]).append(Line(environment_step: 1, value: 0.1))
    let log = try JSONLines(scratch["log"])
    try log.append(Line(environment_step: 2, value: -.infinity))
    try log.synchronise()
    let lines: [Line] = try JSONLines.read(scratch["log"])
    #expect(
      lines == [
        Line(environment_step: 1, value: 0.1), Line(environment_step: 2, value: -.infinity),
      ])
    #expect(try JSONLines.read(scratch["none"], as: Line.self) == [])
  }

  @Test("a half line at the end is passed over, a damaged line inside is an error with its number")
  func halfLine() throws {
    let scratch = try Scratch()
    try JSONLines(scratch["log"]).append(Line(environment_step: 1, value: 1))
    let whole = try scratch.bytes("log")
    try scratch.write(whole + Array(#"{"environment_st"#.utf8), to: "log")
    #expect(try JSONLines.read(scratch["log"], as: Line.self).count == 1)

    try scratch.write(Array("nonsense\n".utf8) + whole, to: "log")
    let error = #expect(throws: UserError.self) {
      try JSONLines.read(scratch["log"], as: Line.self)
    }
    #expect(error?.kind == .checkpoint)
    #expect(error?.found.contains("line 1") == true)
  }

  @Test("cutting keeps the lines up to a step and removes half a line")
  func cut() throws {
    let scratch = try Scratch()
    let log = try JSONLines(scratch["log"])
    for step in 1...5 { try log.append(Line(environment_step: step, value: 0)) }
    let three = try scratch.bytes("log").count / 5 * 3
    try scratch.write(try scratch.bytes("log") + [0x7B], to: "log")
    let again = try JSONLines(scratch["log"])
    try again.cut(after: 3)
    #expect(try scratch.bytes("log").count == three)
    try again.append(Line(environment_step: 4, value: 1))
    let lines: [Line] = try JSONLines.read(scratch["log"])
    #expect(lines.map(\.environment_step) == [1, 2, 3, 4])
  }

  @Test("the same value always gives the same text")
  func determinism() throws {
    let value = StructuredValue.table([
      "b": .integer(1), "a": .number(0.1), "c": .array([.bool(true), .string("x/y")]),
    ])
    for _ in 0..<20 {
      #expect(
        String(decoding: try JSONText.encode(value), as: UTF8.self)
          == #"{"a":0.1,"b":1,"c":[true,"x/y"]}"#)
    }
  }
}
