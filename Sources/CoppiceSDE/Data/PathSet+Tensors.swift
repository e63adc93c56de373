public import CoppiceTensors

extension PathSet {
  /// The times as `times`, `[T]` in double precision, and the values as `values`, `[N, T, C]`.
  public var tensors: NamedTensors {
    var tensors = NamedTensors()
    tensors.set("times", times)
    tensors.set("values", values, shape: [pathCount, timeCount, channelCount])
    return tensors
  }

  /// The paths that `tensors` hold: `times`, `[T]`, and `values`, `[N, T, C]` or `[N, T]`, NaN where one is
  /// missing, both in single or double precision or as signed whole numbers.
  ///
  /// - Parameters:
  ///   - tensors: What a file holds; others than these two are not looked at.
  ///   - channelNames: What the channels are called; `value`, or `value_0` and so on, without.
  /// - Throws: `UserError` of kind `configuration` when one of the two is missing or of another type, when they do not
  ///   fit together, when a value is too large for single precision, when names are not one for each channel, each
  ///   another, and when they are no paths.
  public init(tensors: NamedTensors, channelNames: [String]? = nil) throws(UserError) {
    let times = try Self.numbers("times", in: tensors)
    let values = try Self.numbers("values", in: tensors)
    let timesShape = tensors["times"]?.shape ?? []
    guard timesShape.count == 1 else {
      throw UserError(
        .configuration, found: "times of shape \(timesShape)", expected: "[times]",
        action: "save them as a vector")
    }
    let shape = tensors["values"]?.shape ?? []
    guard shape.count == 2 || shape.count == 3, shape[1] == times.count else {
      throw UserError(
        .configuration, found: "values of shape \(shape) for \(times.count) times",
        expected: "[paths, times, channels]", action: "save the values in that order")
    }
    let channelCount = shape.count == 3 ? shape[2] : 1
    let names = channelNames ?? Self.names(channelCount: channelCount)
    guard names.count == channelCount else {
      throw UserError(
        .configuration, found: "\(names.count) names for \(channelCount) channels",
        expected: "one for each", action: "name every channel, or none")
    }
    guard Set(names).count == channelCount, !names.contains("") else {
      throw UserError(
        .configuration, found: "channels called \(names.joined(separator: ","))",
        expected: "a name of its own for every channel", action: "rename them")
    }
    if let large = values.first(where: { Float($0).isInfinite && $0.isFinite }) {
      throw UserError(
        .configuration, found: "the value \(large)", expected: "a number below 3.4e38",
        action: "use another unit")
    }
    try self.init(times: times, channelNames: names, values: values.map { Float($0) })
  }

  private static func numbers(
    _ name: String, in tensors: NamedTensors
  ) throws(UserError) -> [Double] {
    switch tensors[name]?.element {
    case .float32: try tensors.get(name, as: Float.self).map(Double.init)
    case .float64: try tensors.get(name, as: Double.self)
    case .int32: try tensors.get(name, as: Int32.self).map(Double.init)
    case .int64: try tensors.get(name, as: Int64.self).map(Double.init)
    case let other:
      throw UserError(
        .configuration,
        found: other.map { "\"\(name)\" of type \($0.rawValue)" } ?? "no tensor \"\(name)\"",
        expected: "times, [T], and values, [paths, T, channels], of type F32, F64, I32 or I64",
        action: "save both")
    }
  }
}
