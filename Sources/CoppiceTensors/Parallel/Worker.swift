/// One of the threads that share a region, and its share of it.
///
/// Valid within the closure that it is handed to.
public struct Worker {
  /// Which thread of how many, which is what cuts the work.
  public let part: Part

  private unowned(unsafe) let team: Team
  private let meeting: Int

  init(_ part: Part, team: Team, meeting: Int = 0) {
    self.part = part
    self.team = team
    self.meeting = meeting
  }

  /// Waits for all workers that share the work: what they wrote before, this one can read after.
  ///
  /// Every one of them has to call it. A worker that is alone does not wait.
  ///
  /// - Complexity: about 0.2 µs, and as long as the slowest share takes.
  public func barrier() {
    if part.count > 1 { team.meet(at: meeting, count: part.count) }
  }

  /// Shares `tasks` tasks that have nothing to do with each other, so that few wait for each other.
  ///
  /// - Returns: The tasks of this worker, and who it is in them: alone with whole tasks where the
  ///   tasks can be dealt out evenly, one of a group of its own where the workers can be, otherwise
  ///   one of all workers that do every task together.
  /// - Precondition: The worker does not belong to a group already.
  public func share(ofTasks tasks: Int) -> (tasks: Range<Int>, worker: Worker) {
    precondition(meeting == 0, "the workers of a group are not divided again")
    if tasks.isMultiple(of: part.count) {
      return (part.range(of: tasks), Worker(.whole, team: team))
    }
    guard part.count.isMultiple(of: tasks) else { return (0..<tasks, self) }
    let (group, index) = part.index.quotientAndRemainder(dividingBy: part.count / tasks)
    return (
      group..<(group + 1),
      Worker(Part(index, of: part.count / tasks), team: team, meeting: group + 1)
    )
  }
}
