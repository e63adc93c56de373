import CoppiceExperiments
import CoppiceTensors
import Testing

@Suite("Runs that write for TensorBoard")
struct TensorBoardRunTests {
  /// Everything that both logs of a run hold, by step and tag.
  private func logged(_ path: String) throws -> [String: Float] {
    let folder = try RunFolder(opening: path)
    var values: [String: Float] = [:]
    for line in try JSONLines.read(folder.metricsPath, as: [String: Double].self) {
      let step = Int(try #require(line["environment_step"]))
      for (name, value) in line where name != "environment_step" {
        values["\(step) \(name)"] = Float(value)
      }
    }
    for record in try JSONLines.read(folder.evaluationsPath, as: EvaluationRecord.self) {
      values["\(record.step) evaluation/return"] = Float(record.meanReturn)
    }
    return values
  }

  /// Everything that the event file of a run holds, by step and tag; each may be there once.
  private func shown(_ path: String) throws -> [String: Float] {
    let events = try EventFile.read(Folder(try RunFolder(opening: path).tensorBoardPath))
    #expect(events.map(\.step) == events.map(\.step).sorted())
    var values: [String: Float] = [:]
    for event in events {
      for (tag, value) in event.values {
        #expect(values.updateValue(value, forKey: "\(event.step) \(tag)") == nil, "\(tag) twice")
      }
    }
    return values
  }

  private func configuration() throws -> RunConfiguration {
    var configuration = try TrainingRunTests.configuration("2:4")
    configuration.measureEvery = 200
    configuration.tensorboard = true
    return configuration
  }

  @Test("the event file holds every number of both logs once, also after going back")
  func agreement() throws {
    let scratch = try Scratch()
    let run = scratch["run"]
    _ = try TrainingRun(configuration(), at: run).run()
    let first = try logged(run)
    #expect(first.count > 100)
    #expect(first["450 evaluation/return"] != nil)
    #expect(first["600 network/effective-rank-actor"] != nil)
    #expect(try shown(run) == first)

    let place = Folder(try RunFolder(opening: run).tensorBoardPath)
    let before = try EventFile.read(place)
    do {
      let again = try TrainingRun(resuming: run, from: 520)
      #expect(try shown(run) == first.filter { Int($0.key.prefix { $0 != " " }) ?? 0 <= 520 })
      // values keep the times that they were logged at
      let kept = try EventFile.read(place)
      #expect(kept == Array(before.prefix(kept.count)))
      _ = try again.run()
    }
    #expect(try shown(run) == logged(run))
    #expect(try shown(run).keys.sorted() == first.keys.sorted())
  }

  @Test("a torn record is mended, and a run that did not write for TensorBoard can begin to")
  func mending() throws {
    let scratch = try Scratch()
    let run = scratch["run"]
    var configuration = try configuration()
    configuration.tensorboard = false
    var steps = 0
    _ = try TrainingRun(configuration, at: run).run {
      steps += 1
      return steps > 310
    }
    let place = Folder(try RunFolder(opening: run).tensorBoardPath)
    #expect(!place.exists)
    steps = 0
    _ = try TrainingRun(resuming: run, tensorboard: true).run {
      steps += 1
      return steps > 100
    }
    #expect(try RunFolder(opening: run).configuration().tensorboard)
    #expect(try shown(run) == logged(run))
    let path = place[try #require(try place.names().first)]
    let bytes = try OpenFile(path, .read).contents()
    try AtomicFile.write(Array(bytes.dropLast(3)), to: path)
    #expect(try shown(run) != logged(run))
    _ = try TrainingRun(resuming: run).run()
    #expect(try shown(run) == logged(run))
  }

  @Test("writing for TensorBoard changes no result")
  func influence() throws {
    let scratch = try Scratch()
    var configuration = try configuration()
    _ = try TrainingRun(configuration, at: scratch["with"]).run()
    configuration.tensorboard = false
    _ = try TrainingRun(configuration, at: scratch["without"]).run()
    for name in [
      "checkpoints/600/networks.safetensors", "checkpoints/600/state.json", "replay.bin",
      "evaluations.jsonl", "best/policy.safetensors",
    ] { #expect(try scratch.bytes("with/\(name)") == scratch.bytes("without/\(name)"), "\(name)") }
  }
}
