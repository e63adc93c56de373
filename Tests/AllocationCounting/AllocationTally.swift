import CAllocationCounter
public import CoppiceTensors

/// What chosen threads allocate on the heap, apart from all others and from every other tally.
///
/// Tests run beside each other, and some of them allocate while they count: a count that they
/// shared would blame one for another.
public final class AllocationTally {
  private let tally = coppice_make_allocation_tally()

  /// Whether allocations can be counted on this system.
  public static var isPossible: Bool { coppice_allocations_are_counted() }

  /// A tally of nothing yet.
  public init() {}

  deinit { coppice_free_allocation_tally(tally) }

  /// How many allocations were made so far.
  public var count: Int64 { coppice_allocation_count(tally) }

  /// How many bytes they asked for.
  public var bytes: Int64 { coppice_allocated_bytes(tally) }

  /// Lets the threads of `pool`, or the calling thread alone, count from now on.
  public func begin(on pool: WorkerPool? = nil) {
    guard let pool else { return coppice_begin_counting(tally) }
    pool.run { [tally] _ in coppice_begin_counting(tally) }
  }

  /// Ends the counting of the threads of `pool`, or of the calling thread.
  ///
  /// What the threads run captures nothing: a closure that did would be an allocation of its own.
  public func end(on pool: WorkerPool? = nil) {
    guard let pool else { return coppice_end_counting() }
    pool.run { _ in coppice_end_counting() }
  }

  /// How many allocations the threads of `pool`, or the calling thread alone, make in `work`.
  public static func count(of pool: WorkerPool? = nil, during work: () throws -> Void) rethrows
    -> Int64
  {
    let tally = AllocationTally()
    tally.begin(on: pool)
    defer { tally.end(on: pool) }
    try work()
    return tally.count
  }
}
