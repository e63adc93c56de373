import CoppiceTensors

/// Observations of paths one after the other, each path at times of its own, until they become a ``PathSet``.
///
/// Every time that any path was observed at becomes a time of the set; a path has gaps at those of others.
struct ObservationTable {
  private struct Path {
    var name: String
    var line: Int
    var lastTime = -Double.infinity
    /// Which of `times` the last one was.
    var lastPlace = -1
    var hasValue = false
  }

  private let channelNames: [String]
  private var paths: [Path] = []
  private var pathByName: [String: Int] = [:]
  /// Every time once, in the order in which they were met.
  private var times: [Double] = []
  private var placeOfTime: [Double: Int] = [:]
  private var rows: [(path: Int32, place: Int32)] = []
  private var values: [Float] = []

  /// No observations.
  init(channelNames: [String]) { self.channelNames = channelNames }

  /// The number of the path called `name`, which is new where it was not met before.
  mutating func path(_ name: String, line: Int) -> Int {
    if let path = pathByName[name] { return path }
    pathByName[name] = paths.count
    paths.append(Path(name: name, line: line))
    return paths.count - 1
  }

  /// Begins an observation; ``add(_:)`` follows for each channel.
  ///
  /// - Throws: `UserError` of kind `configuration` when the time is not later than the last one of the path.
  mutating func begin(
    path: Int, time: Double, in reader: borrowing CellReader
  ) throws(UserError) {
    // −0 and 0 are the same time
    let time = time + 0
    let last = paths[path].lastTime
    guard time > last else {
      let name = paths.count > 1 ? " of path \"\(paths[path].name)\"" : ""
      throw reader.error(
        time == last ? "time \(time)\(name) a second time" : "time \(time)\(name) after \(last)",
        expected: "times that increase within a path",
        action: time == last ? "keep one of the two rows" : "sort the rows by time")
    }
    // most paths are observed at the times of those before them
    var place = paths[path].lastPlace + 1
    if place >= times.count || times[place] != time {
      place = placeOfTime[time] ?? times.count
      if place == times.count {
        times.append(time)
        placeOfTime[time] = place
      }
    }
    (paths[path].lastTime, paths[path].lastPlace) = (time, place)
    rows.append((Int32(path), Int32(place)))
  }

  /// The value of the next channel of the observation that was begun last; NaN for a gap.
  mutating func add(_ value: Float) {
    if !value.isNaN, let row = rows.last { paths[Int(row.path)].hasValue = true }
    values.append(value)
  }

  /// The paths, in the order in which they were met.
  ///
  /// - Parameters:
  ///   - source: Where they are from, for messages.
  ///   - valueLimit: How many values and gaps there are at most.
  /// - Returns: The set.
  /// - Throws: `UserError` of kind `configuration` when there are none or too many, and when a path or a channel
  ///   has no value.
  func pathSet(from source: String, valueLimit: Int) throws(UserError) -> PathSet {
    guard !rows.isEmpty else {
      throw UserError(
        .configuration, found: "\(source) holds no observation",
        expected: "rows of numbers below the names of the columns", action: "name another file")
    }
    if let path = paths.first(where: { !$0.hasValue }) {
      throw UserError(
        .configuration,
        found:
          "\(source), line \(path.line): path \"\(path.name)\" has no value in any of its rows",
        expected: "at least one", action: "leave that path out")
    }
    let perTime = paths.count * channelNames.count
    let (count, overflows) = perTime.multipliedReportingOverflow(by: times.count)
    guard !overflows, count <= valueLimit else {
      throw UserError(
        .configuration,
        found:
          "\(source) holds \(paths.count) paths at \(times.count) times in all, of \(channelNames.count) channels",
        expected: "at most \(valueLimit) values and gaps",
        action: "round the times, so that paths share them, or use fewer paths")
    }
    let order = times.indices.sorted { times[$0] < times[$1] }
    var rank = [Int](repeating: 0, count: times.count)
    for (index, place) in order.enumerated() { rank[place] = index }
    var grid = [Float](repeating: .nan, count: count)
    var next = 0
    for row in rows {
      let start = (Int(row.path) * times.count + rank[Int(row.place)]) * channelNames.count
      for channel in 0..<channelNames.count { grid[start + channel] = values[next + channel] }
      next += channelNames.count
    }
    return try PathSet(
      times: order.map { times[$0] }, channelNames: channelNames, values: grid)
  }
}
