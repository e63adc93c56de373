import CoppiceTensors
import Synchronization
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
  /// Counters of as many workers, each on a cache line of its own.
  private final class Track: @unchecked Sendable {
    let passed: AlignedBuffer<Int>
    let mistakes = Atomic<Int>(0)

    init(workers: Int) { passed = AlignedBuffer(count: 16 * workers) }

    /// Passes a barrier and sees that nobody of `workers` is elsewhere.
    func pass(_ worker: Worker, as index: Int, beside workers: Range<Int>) {
      passed.pointer[16 * index] += 1
      worker.barrier()
      for other in workers where passed.pointer[16 * other] != passed.pointer[16 * index] {
        mistakes.add(1, ordering: .relaxed)
      }
      worker.barrier()
    }
  }

  @Test(
    "nobody passes a barrier before all have come, even where threads outnumber cores",
    .timeLimit(.minutes(1)), arguments: 1...5)
  func barriers(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    let track = Track(workers: threads)
    for _ in 0..<50 {
      pool.run { worker in
        for _ in 0..<40 { track.pass(worker, as: worker.part.index, beside: 0..<threads) }
      }
    }
    #expect(track.mistakes.load(ordering: .relaxed) == 0)
    #expect((0..<threads).allSatisfy { track.passed.pointer[16 * $0] == 2000 })
  }

  @Test("groups wait for their own workers alone", .timeLimit(.minutes(1)), arguments: [4, 6])
  func groups(threads: Int) {
    let pool = WorkerPool(threadCount: threads)
    let track = Track(workers: threads)
    let half = threads / 2
    pool.run { worker in
      for round in 0..<50 {
        let (tasks, member) = worker.share(ofTasks: 2)
        let index = worker.part.index
        let group = tasks.lowerBound * half
        // the groups meet differently often
        for _ in 0..<(1 + (round + tasks.lowerBound) % 3) {
          track.pass(member, as: index, beside: group..<(group + half))
        }
        worker.barrier()
        track.passed.pointer[16 * index] = 0
        track.pass(worker, as: index, beside: 0..<threads)
      }
    }
    #expect(track.mistakes.load(ordering: .relaxed) == 0)
  }

  @Test("tasks are dealt out whole, or to groups, or to all, and none is left out")
  func shares() {
    for threads in 1...6 {
      for tasks in 1...6 {
        let pool = WorkerPool(threadCount: threads)
        let done = AlignedBuffer<Int>(count: threads * tasks)
        pool.run { worker in
          let (own, member) = worker.share(ofTasks: tasks)
          for task in own {
            for piece in member.part.range(of: 60) {
              done.pointer[worker.part.index * tasks + task] += piece + 1
            }
          }
        }
        for task in 0..<tasks {
          let sum = (0..<threads).reduce(0) { $0 + done.pointer[$1 * tasks + task] }
          #expect(sum == 60 * 61 / 2, "\(threads) threads, task \(task) of \(tasks)")
        }
      }
    }
  }

  @Test("a pool that rested goes on")
  func rest() {
    let pool = WorkerPool(threadCount: 3)
    let count = Counter()
    for _ in 0..<5 {
      pool.run { _ in count.value.add(1, ordering: .relaxed) }
      pause()
    }
    #expect(count.value.load(ordering: .relaxed) == 15)
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }

  /// Longer than any worker watches.
  private func pause() {
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(5)
    while clock.now < end {}
  }
}
