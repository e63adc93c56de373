public import CoppiceTensors

extension PathSet {
  /// What the columns beside the time are, in a table without a column `path`.
  public enum WideColumns: String, Sendable, CaseIterable {
    /// The channels of one path.
    case channels
    /// Paths of one channel.
    case paths
  }

  /// The paths in a table.
  ///
  /// The first line names the columns. Where they begin with `path,time`, the others are channels and a row is an
  /// observation of the path of that name; rows of different paths may be mixed, and each path has times of its
  /// own. Where they begin with `time`, a row holds all that was observed then. A cell that is empty or says
  /// `NA` is a gap; `nan` is refused, for it mostly is what became of a computation. Lines that are empty or begin
  /// with `#` do not count.
  ///
  /// ```
  /// path,time,temperature,pressure
  /// a,0,12.5,1013
  /// a,0.5,,1012
  /// b,0.25,9,1020
  /// ```
  ///
  /// The times of all paths are united; a path has gaps at the times of others.
  ///
  /// - Parameters:
  ///   - bytes: The table, in UTF-8.
  ///   - path: Where it is from, for messages.
  ///   - columns: What columns beside the time are, where there is no column `path`.
  ///   - valueLimit: How many values and gaps are made at most.
  /// - Throws: `UserError` of kind `configuration`, with the number of the line, for another first line, a row with
  ///   more or fewer cells, what is no number (`nan` and `inf` among it), a number that is too large, a time
  ///   twice or out of order within a path, a path or a channel without any value, and when there are no rows or too
  ///   many values.
  /// - Complexity: one pass; some 12 bytes and the values are kept for a row until all are read.
  public init(
    csv bytes: [UInt8], from path: String, columns: WideColumns = .channels,
    valueLimit: Int = 1 << 30
  ) throws(UserError) {
    self = try bytes.withUnsafeBufferPointer { (bytes) throws(UserError) in
      var reader = CellReader(bytes, from: path)
      guard try reader.next() else {
        throw UserError(
          .configuration, found: "\(path) is empty",
          expected: "a line that names the columns, then rows", action: "name another file")
      }
      let names = reader.cells.indices.map(reader.text)
      try Self.check(names, in: reader)
      if names[0] == "path" {
        return try Self.long(&reader, channels: Array(names[2...]), valueLimit: valueLimit)
      }
      switch columns {
      case .channels:
        return try Self.onePath(&reader, channels: Array(names[1...]), valueLimit: valueLimit)
      case .paths:
        return try Self.wide(&reader, paths: Array(names[1...]), valueLimit: valueLimit)
      }
    }
  }

  private static func check(
    _ names: [String], in reader: borrowing CellReader
  ) throws(UserError) {
    let isLong = names.starts(with: ["path", "time"])
    guard isLong && names.count > 2 || names[0] == "time" && names.count > 1 else {
      throw reader.error(
        "columns \(names.joined(separator: ","))",
        expected: "path,time and channels, or time and channels",
        action: "name the columns in the first line")
    }
    if let place = names.firstIndex(of: "path"), place > 0 {
      throw reader.error(
        "column path in place \(place + 1)",
        expected: "path,time and channels where a column says to which path a row belongs",
        action: "put it first, or give the channel another name")
    }
    var seen: Set<String> = []
    for name in names {
      guard !name.isEmpty, seen.insert(name).inserted else {
        throw reader.error(
          name.isEmpty ? "a column without a name" : "two columns called \"\(name)\"",
          expected: "a name of its own for every column", action: "rename it")
      }
    }
  }

  private static func long(
    _ reader: inout CellReader, channels: [String], valueLimit: Int
  ) throws(UserError) -> PathSet {
    let columnNames = ["path", "time"] + channels
    var table = ObservationTable(channelNames: channels)
    var (path, lastName) = (-1, 0..<0)
    while try reader.next() {
      try checkCellCount(columnNames.count, in: reader)
      // rows of a path mostly follow each other, and then its name need not be looked up
      if path < 0 || !reader.cell(0).elementsEqual(reader.bytes[lastName]) {
        guard !reader.cells[0].isEmpty else {
          throw reader.error(
            "a row without a path", expected: "a name or a number in the first cell",
            action: "name the path")
        }
        path = table.path(reader.text(0), line: reader.line)
        lastName = reader.cells[0]
      }
      try table.begin(path: path, time: try time(inCell: 1, of: reader), in: reader)
      for column in 2..<columnNames.count {
        table.add(try value(inCell: column, called: columnNames[column], of: reader))
      }
    }
    return try table.pathSet(from: reader.path, valueLimit: valueLimit)
  }

  private static func onePath(
    _ reader: inout CellReader, channels: [String], valueLimit: Int
  ) throws(UserError) -> PathSet {
    var table = ObservationTable(channelNames: channels)
    while try reader.next() {
      try checkCellCount(channels.count + 1, in: reader)
      let path = table.path("0", line: reader.line)
      try table.begin(path: path, time: try time(inCell: 0, of: reader), in: reader)
      for (column, name) in channels.enumerated() {
        table.add(try value(inCell: column + 1, called: name, of: reader))
      }
    }
    return try table.pathSet(from: reader.path, valueLimit: valueLimit)
  }

  private static func wide(
    _ reader: inout CellReader, paths: [String], valueLimit: Int
  ) throws(UserError) -> PathSet {
    var table = ObservationTable(channelNames: names(channelCount: 1))
    let numbers = paths.map { table.path($0, line: reader.line) }
    while try reader.next() {
      try checkCellCount(paths.count + 1, in: reader)
      let time = try time(inCell: 0, of: reader)
      for (column, name) in paths.enumerated() {
        try table.begin(path: numbers[column], time: time, in: reader)
        table.add(try value(inCell: column + 1, called: name, of: reader))
      }
    }
    return try table.pathSet(from: reader.path, valueLimit: valueLimit)
  }

  private static func checkCellCount(
    _ count: Int, in reader: borrowing CellReader
  ) throws(UserError) {
    guard reader.cells.count == count else {
      throw reader.error(
        "\(reader.cells.count) cells", expected: "\(count), as in the first line",
        action: "leave a cell empty where a value is missing")
    }
  }

  private static func time(
    inCell index: Int, of reader: borrowing CellReader
  ) throws(UserError) -> Double {
    guard let time = number(inCell: reader.cell(index)), !time.isNaN else {
      throw reader.error(
        "\"\(reader.text(index))\" as a time", expected: "a number", action: "mend that cell")
    }
    return time
  }

  private static func value(
    inCell index: Int, called name: String, of reader: borrowing CellReader
  ) throws(UserError) -> Float {
    let value = number(inCell: reader.cell(index)).map { Float($0) }
    guard let value, !value.isInfinite else {
      throw reader.error(
        "\"\(reader.text(index))\" as \(name)",
        expected: value == nil ? "a number or nothing" : "a number below 3.4e38",
        action: "mend that cell, or leave it empty")
    }
    return value
  }
}
