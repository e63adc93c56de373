/// The element types that a saved tensor can have.
public enum TensorElement: String, Sendable, Codable, CaseIterable {
  case float32 = "F32"
  case float64 = "F64"
  case int32 = "I32"
  case int64 = "I64"
  case uint8 = "U8"
  case uint64 = "U64"

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .uint8: 1
    case .float32, .int32: 4
    case .float64, .int64, .uint64: 8
    }
  }
}

/// A type whose values a ``NamedTensors`` can hold.
public protocol TensorStorable: BitwiseCopyable, Sendable {
  /// The name of the type in a file.
  static var tensorElement: TensorElement { get }
}

extension Float: TensorStorable {
  /// `F32`.
  public static var tensorElement: TensorElement { .float32 }
}
extension Double: TensorStorable {
  /// `F64`.
  public static var tensorElement: TensorElement { .float64 }
}
extension Int32: TensorStorable {
  /// `I32`.
  public static var tensorElement: TensorElement { .int32 }
}
extension Int64: TensorStorable {
  /// `I64`.
  public static var tensorElement: TensorElement { .int64 }
}
extension UInt8: TensorStorable {
  /// `U8`.
  public static var tensorElement: TensorElement { .uint8 }
}
extension UInt64: TensorStorable {
  /// `U64`.
  public static var tensorElement: TensorElement { .uint64 }
}

/// Tensors by name: what a checkpoint is made of, apart from files.
///
/// Everything that has state saves it into one of these and restores it from one, bit for bit.
/// Names are paths with dots, `critic-1.layer-2.weight`. The order of insertion is kept.
public struct NamedTensors: Sendable, Equatable {
  /// One tensor: its type, its shape and its bytes in the machine's order (little endian).
  public struct Tensor: Sendable, Equatable {
    /// The element type.
    public var element: TensorElement
    /// The sizes of the dimensions, slowest first.
    public var shape: [Int]
    /// The elements.
    public var bytes: [UInt8]

    /// A tensor from its parts.
    public init(element: TensorElement, shape: [Int], bytes: [UInt8]) {
      self.element = element
      self.shape = shape
      self.bytes = bytes
    }
  }

  /// The names, in the order of insertion.
  public private(set) var names: [String] = []
  private var tensors: [String: Tensor] = [:]

  /// No tensors.
  public init() {}

  /// The tensor called `name`, if there is one.
  public subscript(name: String) -> Tensor? {
    get { tensors[name] }
    set {
      if newValue != nil, tensors[name] == nil { names.append(name) }
      if newValue == nil { names.removeAll { $0 == name } }
      tensors[name] = newValue
    }
  }

  /// Saves a copy of `elements` as `name`.
  ///
  /// - Precondition: The product of `shape` is the number of elements; without a shape the tensor is
  ///   a vector.
  public mutating func set<Element: TensorStorable>(
    _ name: String, _ elements: some Collection<Element>, shape: [Int]? = nil
  ) {
    let values = Array(elements)
    let shape = shape ?? [values.count]
    precondition(
      shape.reduce(1, *) == values.count, "\(name): \(values.count) elements do not fill \(shape)")
    let bytes = values.withUnsafeBytes { Array($0) }
    self[name] = Tensor(element: Element.tensorElement, shape: shape, bytes: bytes)
  }

  /// Saves a copy of `buffer` as `name`.
  public mutating func set<Element: TensorStorable>(
    _ name: String, _ buffer: AlignedBuffer<Element>, shape: [Int]? = nil
  ) {
    set(name, UnsafeBufferPointer(buffer.elements), shape: shape)
  }

  /// The elements of `name`.
  ///
  /// - Throws: ``UserError`` of kind `checkpoint` when the tensor is missing or of another type.
  public func get<Element: TensorStorable>(
    _ name: String, as type: Element.Type = Element.self
  ) throws(UserError) -> [Element] {
    guard let tensor = tensors[name] else {
      throw UserError(
        .checkpoint, found: "no tensor \"\(name)\"",
        expected: "one of type \(Element.tensorElement.rawValue)",
        action: "use a checkpoint written with the same configuration")
    }
    guard tensor.element == Element.tensorElement else {
      throw UserError(
        .checkpoint, found: "\"\(name)\" of type \(tensor.element.rawValue)",
        expected: "type \(Element.tensorElement.rawValue)",
        action: "use a checkpoint written with the same configuration")
    }
    let count = tensor.bytes.count / MemoryLayout<Element>.stride
    return [Element](unsafeUninitializedCapacity: count) { memory, initialized in
      tensor.bytes.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(memory).copyMemory(from: bytes)
      }
      initialized = count
    }
  }

  /// Fills `buffer`, or its first elements, with those of `name`.
  ///
  /// - Parameters:
  ///   - name: Which tensor.
  ///   - prefix: How many elements the tensor must have; as many as the buffer without.
  ///   - buffer: Receives the elements.
  /// - Throws: ``UserError`` of kind `checkpoint` when the tensor is missing, of another type or of
  ///   another size.
  public func get<Element: TensorStorable>(
    _ name: String, prefix: Int? = nil, into buffer: AlignedBuffer<Element>
  ) throws(UserError) {
    let values = try get(name, as: Element.self)
    let count = prefix ?? buffer.count
    guard values.count == count, count <= buffer.count else {
      throw UserError(
        .checkpoint, found: "\"\(name)\" with \(values.count) elements",
        expected: "\(count) elements",
        action: "use a checkpoint written with the same configuration")
    }
    for (index, value) in values.enumerated() { buffer.pointer[index] = value }
  }

  /// Adds all tensors of `other`, each name preceded by `prefix` and a dot.
  public mutating func merge(_ other: NamedTensors, prefix: String) {
    for name in other.names { self["\(prefix).\(name)"] = other[name] }
  }

  /// Adds everything that the future of `part` depends on, under `prefix` and a dot.
  public mutating func save(_ part: any Checkpointable, under prefix: String) {
    var own = NamedTensors()
    part.save(into: &own)
    merge(own, prefix: prefix)
  }

  /// The tensors whose names begin with `prefix` and a dot, without it.
  public func under(_ prefix: String) -> NamedTensors {
    var result = NamedTensors()
    for name in names where name.hasPrefix(prefix + ".") {
      result[String(name.dropFirst(prefix.count + 1))] = tensors[name]
    }
    return result
  }
}

/// State that can be saved and restored bit for bit.
public protocol Checkpointable: AnyObject {
  /// Adds everything that the future depends on to `tensors`.
  func save(into tensors: inout NamedTensors)

  /// Becomes what was saved.
  ///
  /// - Throws: ``UserError`` of kind `checkpoint` when something is missing or does not fit.
  func restore(from tensors: NamedTensors) throws(UserError)
}
