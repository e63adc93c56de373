public import CoppiceTensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// JSON of one fixed form: keys sorted, no spaces, numbers in their shortest exact spelling.
///
/// The same value always gives the same bytes. Numbers that are not finite, which JSON does not
/// have, are the strings `nan`, `inf` and `-inf`.
public enum JSONText {
  /// `value` as one line.
  public static func encode(_ value: some Encodable) throws(UserError) -> [UInt8] {
    try encode(value, formatting: [.sortedKeys, .withoutEscapingSlashes])
  }

  /// `value` on several lines, for people to read.
  public static func encodePretty(_ value: some Encodable) throws(UserError) -> [UInt8] {
    try encode(value, formatting: [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
  }

  /// What `bytes` say.
  ///
  /// - Parameters:
  ///   - bytes: JSON.
  ///   - type: What they should be.
  ///   - path: Where they are from, for the message.
  /// - Returns: The value.
  /// - Throws: `UserError` of kind `checkpoint` when they are not JSON or do not fit.
  public static func decode<Value: Decodable>(
    _ bytes: [UInt8], as type: Value.Type = Value.self, from path: String
  ) throws(UserError) -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch let error as UserError {
      throw error
    } catch {
      throw UserError(
        .checkpoint, found: "\(path) is not what Coppice writes (\(reason(error)))",
        action: "restore the file from a copy, or use another run")
    }
  }

  private static func encode(
    _ value: some Encodable, formatting: JSONEncoder.OutputFormatting
  ) throws(UserError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return [UInt8](try encoder.encode(value))
    } catch {
      throw UserError(
        .file, found: "a value that JSON cannot hold (\(reason(error)))",
        action: "report this defect")
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "no JSON" }
    switch error {
    case .keyNotFound(let key, _): return "\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return
        "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has the wrong type"
    case .dataCorrupted: return "no JSON"
    @unknown default: return "no JSON"
    }
  }
}
