import CoppiceSparsity
import CoppiceTensors
import Testing

@Suite("Revision schedules")
struct RevisionScheduleTests {
  @Test("a network that learns late changes its masks when it learns next")
  func delay() {
    var schedule = RevisionSchedule(interval: 5, end: 1)
    schedule.horizon = 30
    let due = { (delay: Int) in
      (1...30).filter { schedule.isDue(after: $0, role: NetworkRole("actor", delay: delay)) }
    }
    #expect(due(1) == [5, 10, 15, 20, 25, 30])
    #expect(due(2) == [6, 10, 16, 20, 26, 30])
    #expect(due(3) == [6, 12, 15, 21, 27, 30])
    schedule.clock = .networkUpdates
    #expect(due(1) == [5, 10, 15, 20, 25, 30])
    #expect(due(2) == [10, 20, 30])
    schedule.offset = 1
    #expect(due(2) == [2, 12, 22])
    schedule.start = 0.3
    #expect(due(2) == [12, 22])
    schedule.end = 0.5
    #expect(due(2) == [12])
    #expect(schedule.lastRevision(role: NetworkRole("actor", delay: 2)) == 12)
  }

  @Test("values that make no sense are refused")
  func refuses() {
    for change: (inout RevisionSchedule) -> Void in [
      { $0.interval = 0 }, { $0.offset = 1000 }, { $0.offset = -1 },
      {
        $0.start = 0.9; $0.end = 0.1
      },
      { $0.end = 1.1 }, { $0.start = .nan }, { $0.horizon = -5 },
    ] {
      var schedule = RevisionSchedule()
      change(&schedule)
      #expect(throws: UserError.self) { try schedule.validate() }
    }
  }
}
