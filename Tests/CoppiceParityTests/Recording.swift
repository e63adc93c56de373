import CoppiceEnvironments
import Foundation

/// What one task of Gymnasium did, as `Scripts/record-trajectories.py` wrote it.
struct Recording {
  let id: String
  let runs: [Run]

  /// One seed or one set of options.
  struct Run {
    let options: [String: EnvironmentOption]
    fileprivate let tables: [String: Table]

    var stepCount: Int { self["action"].rowCount }

    /// Rows of numbers.
    subscript(name: String) -> Table { tables[name] ?? Table(width: 1, numbers: []) }

    /// The rows of `name` by their steps.
    func rows(_ name: String, at steps: String) -> [Int: ArraySlice<Double>] {
      let steps = self[steps].numbers.map { Int($0) }
      return Dictionary(
        uniqueKeysWithValues: steps.enumerated().map { ($0.element, self[name][$0.offset]) })
    }
  }

  struct Table {
    let width: Int
    let numbers: [Double]
    var rowCount: Int { numbers.count / width }
    subscript(row: Int) -> ArraySlice<Double> { numbers[row * width..<(row + 1) * width] }
  }

  struct Unreadable: Error { let id: String }

  init(_ id: String) throws {
    let url = Bundle.module.url(
      forResource: id, withExtension: "safetensors", subdirectory: "Trajectories")
    guard let url else { throw Unreadable(id: id) }
    let file = [UInt8](try Data(contentsOf: url))
    let headerSize = file.withUnsafeBytes { Int($0.loadUnaligned(as: UInt64.self)) }
    let numbers = file.dropFirst(8 + headerSize)
    let header = try JSONDecoder().decode(
      [String: HeaderEntry].self, from: Data(file[8..<8 + headerSize]))
    guard let runs = header["__metadata__"]?.runs else { throw Unreadable(id: id) }
    let options = try JSONDecoder().decode([RunEntry].self, from: Data(runs.utf8)).map(\.options)

    var tables = options.map { _ in [String: Table]() }
    for (name, entry) in header {
      guard let shape = entry.shape, let offsets = entry.offsets else { continue }
      let parts = name.split(separator: ".", maxSplits: 1)
      guard let run = Int(parts[0].dropFirst("run-".count)) else { throw Unreadable(id: id) }
      let bytes = numbers.dropFirst(offsets[0]).prefix(offsets[1] - offsets[0])
      tables[run][String(parts[1])] = Table(
        width: shape[1],
        numbers: bytes.withUnsafeBytes { bytes in
          (0..<bytes.count / 8).map {
            bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self)
          }
        })
    }
    self.id = id
    self.runs = zip(options, tables).map { options, tables in
      Run(options: options.mapValues(\.option), tables: tables)
    }
  }

  private struct HeaderEntry: Decodable {
    let runs: String?
    let shape: [Int]?
    let offsets: [Int]?
    enum CodingKeys: String, CodingKey {
      case runs, shape
      case offsets = "data_offsets"
    }
  }

  private struct RunEntry: Decodable { let options: [String: JSONOption] }

  private struct JSONOption: Decodable {
    let option: EnvironmentOption
    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let flag = try? value.decode(Bool.self) {
        option = .bool(flag)
      } else if let number = try? value.decode(Double.self) {
        option = .number(number)
      } else if let text = try? value.decode(String.self) {
        option = .string(text)
      } else {
        option = .numbers(try value.decode([Double].self))
      }
    }
  }
}
