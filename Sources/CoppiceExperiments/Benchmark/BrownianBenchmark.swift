import CoppiceRandom
public import CoppiceReports
import CoppiceSDE
public import CoppiceTensors

/// What was measured of one source of Brownian motion.
public struct BrownianBenchmarkRow: Codable, Sendable, Equatable {
  /// Which source.
  public var source: String
  /// Numbers of an increment: samples times channels.
  public var size: Int
  /// Into how many pieces the span is cut.
  public var intervals: Int
  /// In which order the pieces are asked for.
  public var order: BrownianBenchmark.Order
  /// Microseconds for each query; making the source included.
  public var microseconds: Double

  private enum CodingKeys: String, CodingKey {
    case source, size, intervals, order
    case microseconds = "microseconds_per_query"
  }
}

/// A run of the benchmark of Brownian motion.
public struct BrownianBenchmarkReport: Codable, Sendable, Equatable {
  /// The format of this report.
  public var schema = 1
  /// The instructions that the kernels used.
  public var instructionSet: InstructionSet
  /// One for each source, size, number of pieces and order.
  public var rows: [BrownianBenchmarkRow]

  private enum CodingKeys: String, CodingKey {
    case schema, rows
    case instructionSet = "instruction_set"
  }

  /// The rows for people.
  public var table: TextTable {
    var table = TextTable([
      ("source", .left), ("size", .right), ("intervals", .right), ("order", .left),
      ("µs/query", .right),
    ])
    for row in rows {
      table.add([
        row.source, "\(row.size)", "\(row.intervals)", row.order.rawValue,
        "\((row.microseconds * 1000).rounded() / 1000)",
      ])
    }
    return table
  }
}

/// Measures what an increment of Brownian motion costs.
public struct BrownianBenchmark: Sendable {
  /// In which order the pieces of a span are asked for.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// From the first to the last.
    case forward
    /// From the first to the last, and back again.
    case forwardBackward = "forward_backward"
    /// Each once, at random.
    case random
  }

  /// For how long each row is measured at least.
  public var leastSeconds = 0.2

  /// The settings above.
  public init() {}

  /// Measures every source, size, number of pieces and order.
  ///
  /// Each measurement makes a source and asks it; medians count.
  ///
  /// - Parameters:
  ///   - sizes: Numbers of an increment; a size of more than 32 is made of 32 or 10 channels.
  ///   - intervals: Into how many pieces the span from 0 to 1 is cut.
  ///   - orders: In which orders.
  /// - Returns: A row for each.
  public func run(sizes: [Int], intervals: [Int], orders: [Order]) -> BrownianBenchmarkReport {
    var rows: [BrownianBenchmarkRow] = []
    for size in sizes {
      for count in intervals {
        for order in orders {
          for (name, make) in Self.sources {
            rows.append(
              BrownianBenchmarkRow(
                source: name, size: size, intervals: count, order: order,
                microseconds: measure(size, count, order, make)))
          }
        }
      }
    }
    return BrownianBenchmarkReport(instructionSet: .fastest, rows: rows)
  }

  private typealias Make = (SampleKeys, Int, [Double]) -> any DrivingPath<Float>

  private static var sources: [(String, Make)] {
    let span = 0.0...1.0
    return [
      (
        "interval",
        { keys, channels, _ in
          BrownianInterval<Float>(keys: keys, channelCount: channels, span: span)
        }
      ),
      (
        "interval, times announced",
        { keys, channels, times in
          let path = BrownianInterval<Float>(keys: keys, channelCount: channels, span: span)
          path.expect(times: times)
          return path
        }
      ),
      (
        "interval, everything kept",
        { keys, channels, times in
          BrownianInterval<Float>(
            keys: keys, channelCount: channels, span: span, slotCount: 3 * times.count + 64)
        }
      ),
      (
        "tree",
        { keys, channels, times in
          VirtualBrownianTree<Float>(
            keys: keys, channelCount: channels, span: span,
            tolerance: 0.5 / Double(times.count - 1))
        }
      ),
      (
        "increments",
        { keys, channels, times in
          BrownianIncrements<Float>(keys: keys, channelCount: channels, times: times)
        }
      ),
    ]
  }

  private func measure(_ size: Int, _ count: Int, _ order: Order, _ make: Make) -> Double {
    let channels = size.isMultiple(of: 32) && size >= 4096 ? 32 : size.isMultiple(of: 10) ? 10 : 1
    let keys = SampleKeys(count: max(1, size / channels), key: RandomKey(seed: 1))
    let times = (0...count).map { Double($0) / Double(count) }
    var pieces = Array(0..<count)
    if order == .forwardBackward { pieces += pieces.reversed() }
    if order == .random {
      var random = RandomKey(seed: 2).stream()
      pieces.shuffle(using: &random)
    }
    let increment = AlignedBuffer<Float>(count: keys.panelCount * channels * panelWidth)
    var seconds: [Double] = []
    let start = secondsNow()
    repeat {
      let begin = secondsNow()
      let path = make(keys, channels, times)
      for piece in pieces {
        path.query(
          from: times[piece], to: times[piece + 1], increment: increment.pointer, area: nil)
      }
      seconds.append(secondsNow() - begin)
    } while secondsNow() - start < leastSeconds || seconds.count < 3
    return Spread(seconds).median / Double(pieces.count) * 1e6
  }
}
