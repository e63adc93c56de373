import Foundation

/// The built tool, run as a program.
struct Tool {
  /// What a call of the tool gave.
  struct Result {
    let exitCode: Int32
    let output: String
    let complaints: String

    /// The one line that a failure should be.
    var complaint: String { complaints.trimmingCharacters(in: .newlines) }

    /// The output as JSON.
    func json() throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
    }
  }

  /// The tool beside the tests, which the same build made.
  static let path: String = {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
    let places = [program] + (bundle.map { [URL(fileURLWithPath: $0)] } ?? [])
    for place in places {
      var folder = place.deletingLastPathComponent()
      for _ in 0..<4 {
        let tool = folder.appendingPathComponent("coppice").path
        if FileManager.default.isExecutableFile(atPath: tool) { return tool }
        folder = folder.deletingLastPathComponent()
      }
    }
    return "coppice is not beside the tests"
  }()

  /// Starts the tool.
  static func start(
    _ arguments: [String], in folder: String, environment: [String: String] = [:]
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs the tool to its end, with `input` on its standard input.
  static func run(
    _ arguments: [String], in folder: String = NSTemporaryDirectory(),
    environment: [String: String] = [:], input: String = ""
  ) throws -> Result {
    let files = try Scratch()
    for (name, text) in [("in", input), ("out", ""), ("err", "")] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: files[name]))
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: files["in"]))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: files["out"]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: files["err"]))
    try process.run()
    process.waitUntilExit()
    return Result(
      exitCode: process.terminationReason == .exit
        ? process.terminationStatus : 1000 + process.terminationStatus,
      output: try String(contentsOfFile: files["out"], encoding: .utf8),
      complaints: try String(contentsOfFile: files["err"], encoding: .utf8))
  }
}

/// A folder that is removed with the value.
final class Scratch {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "coppice-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  subscript(name: String) -> String { "\(path)/\(name)" }
}
