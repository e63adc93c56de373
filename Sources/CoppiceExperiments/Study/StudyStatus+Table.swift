public import CoppiceReports

extension StudyStatus {
  /// All members as a table.
  public var table: TextTable {
    var table = TextTable(Self.columns.map { ($0.name, $0.alignment) })
    for member in members { table.add(Self.columns.map { $0.cell(member) }) }
    return table
  }

  /// The study for a terminal: how many members are in each state, and a table of those that matter most
  /// at present, those that run first.
  ///
  /// - Parameters:
  ///   - columnCount: The width of the terminal; lines are one shorter at most, and columns that do not fit
  ///     are left out.
  ///   - rowCount: The most lines.
  /// - Returns: Lines without ends.
  public func lines(columnCount: Int, rowCount: Int) -> [String] {
    let width = max(1, columnCount - 1)
    // two lines are the heads
    let shown = members.enumerated()
      .sorted { (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset) }
      .prefix(max(0, rowCount - 2)).map(\.element).sorted { $0.number < $1.number }
    var columns = Self.columns
    var table = Self.lines(columns, shown)
    while columns.count > 2, (table.map(\.count).max() ?? 0) > width {
      guard let last = columns.indices.max(by: { columns[$0].place < columns[$1].place }) else {
        break
      }
      columns.remove(at: last)
      table = Self.lines(columns, shown)
    }
    return ([summary] + table).prefix(max(1, rowCount)).map { line in
      line.count <= width ? line : String(line.prefix(max(0, width - 1))) + "…"
    }
  }

  private static func lines(_ columns: [Column], _ members: [Entry]) -> [String] {
    var table = TextTable(columns.map { ($0.name, $0.alignment) })
    for member in members { table.add(columns.map { $0.cell(member) }) }
    return table.description.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  private static func rank(_ member: Entry) -> Int {
    State.allCases.firstIndex(of: member.state) ?? State.allCases.count
  }

  /// A column; those of a lower place stay longer where there is little room.
  private struct Column {
    let name: String
    let alignment: TextTable.Alignment
    let place: Int
    let cell: (Entry) -> String
  }

  private static var columns: [Column] {
    [
      Column(name: "#", alignment: .right, place: 6) { "\($0.number)" },
      Column(name: "state", alignment: .left, place: 0) { $0.state.rawValue },
      Column(name: "step", alignment: .right, place: 2) { "\($0.step)" },
      Column(name: "of", alignment: .right, place: 7) { "\($0.totalSteps)" },
      Column(name: "steps/s", alignment: .right, place: 5) {
        $0.stepsPerSecond.map { "\(Int($0.rounded()))" } ?? "-"
      },
      Column(name: "left", alignment: .right, place: 4) {
        $0.secondsLeft.map(ProgressLine.duration) ?? "-"
      },
      Column(name: "return", alignment: .right, place: 3) {
        ($0.finalReturn ?? $0.lastReturn).map { "\(($0 * 10).rounded() / 10)" } ?? "-"
      },
      Column(name: "member", alignment: .left, place: 1) { $0.name },
    ]
  }
}
