public import CoppiceTensors

/// Reads and writes tensors in the safetensors format, which many tools understand.
///
/// A file is the length of its header as 8 bytes, the header as JSON, and the tensors back to back.
/// Tensors lie in the order of their insertion and the header is padded with spaces, so that they
/// begin on a 64-byte boundary. The same tensors always give the same bytes.
///
/// ## Source
/// The format description of the safetensors project, version 0.6.
/// **Differences**: of the element types only those of `TensorElement` are read.
public enum Safetensors {
  /// What a file holds.
  public struct Contents: Sendable, Equatable {
    /// The tensors, in the order in which they lie in the file.
    public var tensors: NamedTensors
    /// Text by name, which belongs to the file as a whole.
    public var metadata: [String: String]

    /// Contents from their parts.
    public init(tensors: NamedTensors, metadata: [String: String] = [:]) {
      self.tensors = tensors
      self.metadata = metadata
    }
  }

  /// `contents` as bytes.
  public static func encode(_ contents: Contents) throws(UserError) -> [UInt8] {
    var entries: [String: StructuredValue] = [:]
    var offset = 0
    for name in contents.tensors.names {
      guard let tensor = contents.tensors[name] else { continue }
      let end = offset + tensor.bytes.count
      entries[name] = .table([
        "dtype": .string(tensor.element.rawValue),
        "shape": .array(tensor.shape.map(StructuredValue.integer)),
        "data_offsets": .array([.integer(offset), .integer(end)]),
      ])
      offset = end
    }
    if !contents.metadata.isEmpty {
      entries["__metadata__"] = .table(contents.metadata.mapValues(StructuredValue.string))
    }
    var header = try JSONText.encode(StructuredValue.table(entries))
    let padding = (64 - (8 + header.count) % 64) % 64
    header += [UInt8](repeating: 0x20, count: padding)

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
    bytes += header
    for name in contents.tensors.names { bytes += contents.tensors[name]?.bytes ?? [] }
    return bytes
  }

  /// The contents of `bytes`.
  ///
  /// - Parameters:
  ///   - bytes: A whole file.
  ///   - path: Where they are from, for the message.
  /// - Returns: The tensors, in the order in which they lie in the file.
  /// - Throws: `UserError` of kind `checkpoint` for anything that is not a well-formed file.
  public static func decode(_ bytes: [UInt8], from path: String) throws(UserError) -> Contents {
    let (header, data) = try split(bytes, path)
    var contents = Contents(tensors: NamedTensors())
    var entries: [(name: String, entry: Entry)] = []
    for (name, value) in header {
      if name == "__metadata__" {
        contents.metadata = try value.decode(from: path)
      } else {
        let entry: Entry = try value.decode(from: path)
        try entry.validate(name, dataCount: data.count, path)
        entries.append((name, entry))
      }
    }
    entries.sort {
      ($0.entry.start, $0.entry.end, $0.name) < ($1.entry.start, $1.entry.end, $1.name)
    }
    var offset = 0
    for (name, entry) in entries {
      guard entry.start == offset, let element = TensorElement(rawValue: entry.dtype) else {
        throw damaged(path, "tensor \"\(name)\" overlaps another or leaves a gap")
      }
      let range = (data.startIndex + entry.start)..<(data.startIndex + entry.end)
      contents.tensors[name] = NamedTensors.Tensor(
        element: element, shape: entry.shape, bytes: Array(data[range]))
      offset = entry.end
    }
    guard offset == data.count else {
      throw damaged(path, "\(data.count - offset) bytes belong to no tensor")
    }
    return contents
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: `UserError` of kind `file` when it cannot be read, of kind `checkpoint` when it is
  ///   not well-formed.
  public static func read(_ path: String) throws(UserError) -> Contents {
    let file = try OpenFile(path, .read)
    return try decode(try file.contents(), from: path)
  }

  /// Writes the file at `path`; a reader sees the old one or the new one, never a part.
  public static func write(_ contents: Contents, to path: String) throws(UserError) {
    try AtomicFile.write(try encode(contents), to: path)
  }

  private static func split(
    _ bytes: [UInt8], _ path: String
  ) throws(UserError) -> (header: [String: StructuredValue], data: ArraySlice<UInt8>) {
    guard bytes.count >= 8 else { throw damaged(path, "it ends within its first 8 bytes") }
    let length = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).littleEndian }
    // the format's own limit
    guard length <= 100_000_000 else {
      throw UserError(
        .checkpoint, found: "\(path) is no file of tensors", expected: "a safetensors file",
        action: "name another file")
    }
    guard Int(length) <= bytes.count - 8 else {
      throw damaged(path, "it ends within its header")
    }
    let end = 8 + Int(length)
    let header: StructuredValue
    do throws(UserError) {
      header = try JSONText.decode(Array(bytes[8..<end]), from: path)
    } catch {
      throw damaged(path, "its header is not JSON")
    }
    guard case .table(let entries) = header else { throw damaged(path, "its header is no table") }
    return (entries, bytes[end...])
  }

  private static func damaged(_ path: String, _ reason: String) -> UserError {
    UserError(
      .checkpoint, found: "\(path) is damaged (\(reason))",
      action: "restore the file from a copy, or use another checkpoint")
  }

  /// One tensor in the header.
  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]

    var start: Int { data_offsets[0] }
    var end: Int { data_offsets[1] }

    func validate(_ name: String, dataCount: Int, _ path: String) throws(UserError) {
      guard let element = TensorElement(rawValue: dtype) else {
        throw UserError(
          .checkpoint, found: "tensor \"\(name)\" of type \(dtype) in \(path)",
          expected: TensorElement.allCases.map(\.rawValue).joined(separator: ", "),
          action: "save it as one of them, or leave it out")
      }
      guard data_offsets.count == 2, start >= 0, start <= end, end <= dataCount else {
        throw damaged(path, "tensor \"\(name)\" lies outside the file")
      }
      var byteCount = element.byteCount
      for size in shape {
        let (product, overflow) = byteCount.multipliedReportingOverflow(by: size)
        guard size >= 0, !overflow else {
          throw damaged(path, "tensor \"\(name)\" has a bad shape")
        }
        byteCount = product
      }
      guard byteCount == end - start else {
        throw damaged(path, "tensor \"\(name)\" has a size that does not fit its shape")
      }
    }
  }
}
