import CoppiceExperiments
import CoppiceTensors
import Testing

@Suite("Tables of studies")
struct StudyStatusTests {
  private let status: StudyStatus

  init() throws {
    let scratch = try Scratch()
    var status = try StudyStatus(
      of: StudyFolder(
        at: scratch["study"],
        for: try Study(
          toml: "format = 1\nname = \"s\"\n[grid]\nseed = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]")))
    status.members[0].state = .finished
    status.members[8].state = .running
    status.members[8].stepsPerSecond = 812.3
    status.members[8].secondsLeft = 75
    status.members[8].lastReturn = -150.25
    self.status = status
  }

  @Test("lines fit the terminal, whatever its size, and what runs is always there")
  func fits() {
    for columnCount in [1, 2, 10, 20, 40, 60, 80, 200] {
      for rowCount in [1, 2, 3, 4, 8, 40] {
        let lines = status.lines(columnCount: columnCount, rowCount: rowCount)
        #expect(lines.count <= rowCount && !lines.isEmpty)
        #expect(lines.allSatisfy { $0.count <= max(1, columnCount - 1) })
        if rowCount > 2, columnCount > 20 { #expect(lines.contains { $0.contains("running") }) }
      }
    }
    #expect(status.lines(columnCount: 200, rowCount: 40).count == 12)
    #expect(status.lines(columnCount: 80, rowCount: 40)[0] == "1 of 10 finished, 1 running, 8 open")
  }

  @Test("a wide terminal shows rate, time and return of what runs")
  func wide() throws {
    let line = try #require(
      status.lines(columnCount: 120, rowCount: 40).last { $0.contains("running") })
    for text in ["9", "812", "1 min 15 s", "-150.3", "Pendulum-v1-td3-dense-s9"] {
      #expect(line.contains(text), "\(line)")
    }
  }

  @Test("a replay is most of the memory of a large run")
  func memory() throws {
    var configuration = RunConfiguration()
    configuration.steps = 1_000_000
    let large = try configuration.estimatedByteCount()
    // rows of 16 floats: 2 · 3 observations, an action, reward and end, padded
    #expect(large > 64_000_000)
    configuration.replayCapacity = 1000
    #expect(try configuration.estimatedByteCount() == large - 999_000 * 64)
  }
}
