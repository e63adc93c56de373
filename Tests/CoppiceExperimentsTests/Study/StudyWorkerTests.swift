import CoppiceAgents
import CoppiceExperiments
import CoppiceTensors
import Foundation
import Testing

@Suite("Workers of studies")
struct StudyWorkerTests {
  private func folder(_ path: String, more: String = "") throws -> StudyFolder {
    try StudyFolder(at: path, for: try Study(toml: StudyFolderTests.text(more: more)))
  }

  @Test("members are ordinary runs with the bits that they have alone, and finish once")
  func finished() throws {
    let scratch = try Scratch()
    let folder = try folder(scratch["study"])
    for _ in 0..<2 {
      for member in folder.study.members {
        #expect(try StudyWorker(folder).run(member.number) == .finished)
      }
    }
    #expect(try folder.events().count { $0.event == .finished } == 2)
    let member = folder.study.members[1]
    _ = try TrainingRun(member.configuration, at: scratch["alone"]).run()
    for file in ["networks", "clocks", "environment"] {
      let name = "checkpoints/300/\(file).safetensors"
      #expect(
        try scratch.bytes("alone/\(name)")
          == scratch.bytes("study/members/\(member.name)/\(name)"))
    }
    let results = try folder.results()
    #expect(results.map(\.member) == folder.study.members)
    #expect(results.allSatisfy { $0.isFinished })
    #expect(results[0].evaluations.map(\.step) == [0, 100, 200, 300])
    #expect(results[0].evaluations.allSatisfy { $0.returns.count == 2 })
    let seconds = results[0].evaluations.map { $0.elapsedSeconds ?? .nan }
    #expect(seconds[0] == 0 && zip(seconds, seconds.dropFirst()).allSatisfy { $0 < $1 })
    // the untrained agent does not count
    let means = results[0].evaluations.dropFirst().map(\.meanReturn)
    #expect(results[0].finalReturn == means.reduce(0, +) / 3)
    #expect(
      try folder.events().first { $0.event == .finished }?.finalReturn == results[0].finalReturn)
  }

  @Test("one that was stopped goes on, its seconds add up, and others keep away while it runs")
  func stopped() throws {
    let scratch = try Scratch()
    let folder = try folder(scratch["study"])
    var calls = 0
    var busy: UserError?
    let outcome = try StudyWorker(folder).run(
      1,
      shouldStop: {
        calls += 1
        if calls == 150 {
          do throws(UserError) { _ = try StudyWorker(folder).run(1) } catch { busy = error }
        }
        return calls > 250
      })
    #expect(outcome == .stopped(step: 250))
    #expect(busy?.kind == .file)
    #expect(busy?.found.contains("process \(getpid())") == true)
    #expect(try StudyStatus(of: folder).members.map(\.state) == [.interrupted, .open])
    #expect(try StudyWorker(folder).run(1) == .finished)
    #expect(try folder.events().map(\.event) == [.started, .stopped, .resumed, .finished])
    #expect(try folder.events().map(\.step) == [0, 250, 250, 300])
    let seconds = try folder.results()[0].evaluations.compactMap(\.elapsedSeconds)
    #expect(seconds == seconds.sorted() && seconds.count == 4)
    #expect(try StudyStatus(of: folder).members.map(\.state) == [.finished, .open])
  }

  @Test("one that was killed before its first checkpoint begins anew, wherever it was killed")
  func beforeTheFirstCheckpoint() throws {
    let scratch = try Scratch()
    let folder = try folder(scratch["study"])
    _ = try StudyWorker(folder).run(1)
    let run = "study/members/\(folder.study.members[0].name)"
    let whole = try scratch.bytes("\(run)/evaluations.jsonl")
    let clocks = try scratch.bytes("\(run)/checkpoints/300/clocks.safetensors")
    for withConfiguration in [true, false] {
      // as it was before its first checkpoint, or while that was removed
      try FileManager.default.removeItem(atPath: scratch["\(run)/checkpoints"])
      if !withConfiguration {
        try FileManager.default.removeItem(atPath: scratch["\(run)/run.toml"])
      }
      try FileManager.default.removeItem(atPath: scratch["study/journal"])
      #expect(try StudyWorker(folder).run(1) == .finished)
      #expect(try scratch.bytes("\(run)/evaluations.jsonl") == whole)
      #expect(try scratch.bytes("\(run)/checkpoints/300/clocks.safetensors") == clocks)
    }
    // with a checkpoint nothing is removed
    try FileManager.default.removeItem(atPath: scratch["\(run)/run.toml"])
    try FileManager.default.removeItem(atPath: scratch["study/journal"])
    let error = #expect(throws: UserError.self) { try StudyWorker(folder).run(1) }
    #expect(error?.found.contains("holds checkpoints, but no run.toml") == true)
    #expect(try scratch.bytes("\(run)/checkpoints/300/clocks.safetensors") == clocks)
  }

  @Test("a run of other settings or of a newer format is refused and left as it is")
  func foreignRuns() throws {
    let scratch = try Scratch()
    let folder = try folder(scratch["study"])
    let run = "study/members/\(folder.study.members[0].name)"
    var other = folder.study.members[0].configuration
    other.td3.discount = 0.5
    other.keep = 7
    _ = try TrainingRun(other, at: scratch[run]).run()
    let state = try scratch.bytes("\(run)/checkpoints/300/state.json")
    let error = #expect(throws: UserError.self) { try StudyWorker(folder).run(1) }
    #expect(error?.found.contains("with another keep, td3") == true)
    #expect(try folder.events().map(\.event) == [.failed])
    #expect(try StudyStatus(of: folder).members[0].error?.contains("keep, td3") == true)
    #expect(try scratch.bytes("\(run)/checkpoints/300/state.json") == state)

    _ = try StudyWorker(folder).run(2, shouldStop: { true })
    let second = "study/members/\(folder.study.members[1].name)/checkpoints/0/state.json"
    let newer = String(decoding: try scratch.bytes(second), as: UTF8.self)
      .replacing("\"format\" : 1", with: "\"format\" : 2")
    try scratch.write(Array(newer.utf8), to: second)
    let refusal = #expect(throws: UserError.self) { try StudyWorker(folder).run(2) }
    #expect(refusal?.found.contains("format 2, not 1") == true)
    #expect(try scratch.bytes(second) == Array(newer.utf8))
  }

  @Test("numbers that the plan does not have are refused")
  func numbers() throws {
    let scratch = try Scratch()
    let folder = try folder(scratch["study"])
    for number in [0, 3, -1] {
      let error = #expect(throws: UserError.self) { try StudyWorker(folder).run(number) }
      #expect(error?.expected == "1 to 2")
    }
  }

  @Test("with halving members stop at each rung until all are there, and the better go on")
  func halving() throws {
    let scratch = try Scratch()
    let folder = try folder(
      scratch["study"],
      more: "td3.actor_learning_rate = [1e-3, 1e-4]\n[halving]\nfirst_steps = 150\nfactor = 2")
    for number in 1...4 {
      #expect(try StudyWorker(folder).run(number) == .paused(step: 150))
    }
    var first: [Double] = []
    for result in try folder.results() {
      first.append(try #require(result.evaluations.first).meanReturn)
    }
    // members 1 and 3 are seeds of one rate, 2 and 4 of the other
    let better = first[0] + first[2] >= first[1] + first[3] ? [1, 3] : [2, 4]
    for number in 1...4 {
      let outcome = try StudyWorker(folder).run(number)
      #expect(outcome == (better.contains(number) ? .finished : .paused(step: 150)))
    }
    let states = try StudyStatus(of: folder).members.map(\.state)
    #expect(states == (1...4).map { better.contains($0) ? .finished : .dropped })
    // one that went all the way is the run that it would be alone
    let member = folder.study.members[better[0] - 1]
    _ = try TrainingRun(member.configuration, at: scratch["alone"]).run()
    let name = "checkpoints/300/networks.safetensors"
    #expect(
      try scratch.bytes("alone/\(name)") == scratch.bytes("study/members/\(member.name)/\(name)"))
  }
}
