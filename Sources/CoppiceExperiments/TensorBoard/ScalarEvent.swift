import CoppiceTensors
import SwiftProtobuf

/// Values of one environment step, as TensorBoard shows them.
package struct ScalarEvent: Sendable, Equatable {
  /// When they were logged, in seconds since 1970.
  package var wallTime: Double
  /// The environment step.
  package var step: Int
  /// The values by their tags.
  package var values: [String: Float]

  /// An event from its parts.
  package init(wallTime: Double, step: Int, values: [String: Float]) {
    self.wallTime = wallTime
    self.step = step
    self.values = values
  }

  /// The tag of evaluations.
  package static let evaluationTag = "evaluation/return"

  /// The mean return of an evaluation.
  init(_ record: EvaluationRecord, wallTime: Double) {
    self.init(
      wallTime: wallTime, step: record.step,
      values: [Self.evaluationTag: Float(record.meanReturn)])
  }

  /// Every number of a line of metrics; nothing where the line has no step.
  init?(_ line: [String: StructuredValue], wallTime: Double) {
    guard case .integer(let step) = line["environment_step"] else { return nil }
    self.init(
      wallTime: wallTime, step: step,
      values: line.filter { $0.key != "environment_step" }.compactMapValues(Self.number))
  }

  /// The number that a log holds; those that are not finite are text there.
  private static func number(_ value: StructuredValue) -> Float? {
    switch value {
    case .integer(let value): Float(value)
    case .number(let value): Float(value)
    case .string(let text): ["nan": .nan, "inf": .infinity, "-inf": -.infinity][text]
    case .bool, .array, .table: nil
    }
  }
}

extension ScalarEvent {
  /// The event in TensorBoard's encoding, with its tags in order.
  func encoded() throws(UserError) -> [UInt8] {
    var event = TensorBoardEvent()
    event.wallTime = wallTime
    event.step = Int64(step)
    event.summary.value = values.sorted { $0.key < $1.key }.map { tag, number in
      .with {
        $0.tag = tag
        $0.simpleValue = number
      }
    }
    return try event.encoded()
  }

  /// The event that `bytes` are; nothing where they are another kind of event, or none.
  init?(encoded bytes: [UInt8]) {
    guard let event = try? TensorBoardEvent(serializedBytes: bytes),
      case .summary(let summary) = event.what
    else { return nil }
    let pairs = summary.value.map { ($0.tag, $0.simpleValue) }
    self.init(
      wallTime: event.wallTime, step: Int(event.step),
      values: Dictionary(pairs, uniquingKeysWith: { $1 }))
  }
}

extension TensorBoardEvent {
  /// The first event of a file, which says its format.
  static func fileVersion(wallTime: Double) -> TensorBoardEvent {
    .with {
      $0.wallTime = wallTime
      $0.fileVersion = "brain.Event:2"
    }
  }

  /// Tells a reader to forget what it has: the file that follows holds everything.
  static func start(wallTime: Double) -> TensorBoardEvent {
    .with {
      $0.wallTime = wallTime
      $0.sessionLog.status = .start
    }
  }

  /// The bytes of this event, without a frame.
  func encoded() throws(UserError) -> [UInt8] {
    do {
      return try serializedBytes()
    } catch {
      throw UserError(
        .file, found: "an event that cannot be encoded (\(error))", action: "report this defect")
    }
  }
}
