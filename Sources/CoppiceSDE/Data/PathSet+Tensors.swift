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
  /// missing, both in single or double precision.
  ///
  /// - Parameters:
  ///   - tensors: What a file holds; others than these two are not looked at.
  ///   - channelNames: What the channels are called; `value_0` and so on without.
  /// - Throws: `UserError` of kind `checkpoint` when one of the two is missing or of another type, of kind
  ///   `configuration` when they do not fit together or are no paths.
  public init(tensors: NamedTensors, channelNames: [String]? = nil) throws(UserError) {
    let times = try Self.numbers("times", in: tensors)
    let values = try Self.numbers("values", in: tensors).map { Float($0) }
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
    try self.init(times: times, channelNames: names, values: values)
  }

  private static func numbers(
    _ name: String, in tensors: NamedTensors
  ) throws(UserError) -> [Double] {
    if tensors[name]?.element == .float32 {
      return try tensors.get(name, as: Float.self).map(Double.init)
    }
    return try tensors.get(name, as: Double.self)
  }
}
