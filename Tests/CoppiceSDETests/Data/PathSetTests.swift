import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

@Suite("Sets of paths")
struct PathSetTests {
  private let paths: PathSet

  init() throws {
    paths = try PathSet(
      times: [0, 0.5, 3], channelNames: ["a", "b"],
      values: [1, 10, .nan, 20, 3, .nan, 5, 50, 6, 60, 7, 70, 9, .nan, .nan, .nan, 8, 80])
  }

  @Test("the channel is fastest, then the time, then the path")
  func order() {
    #expect(paths.pathCount == 3 && paths.timeCount == 3 && paths.channelCount == 2)
    #expect(paths[path: 1, time: 2, channel: 0] == 7)
    #expect(paths[path: 0, time: 1, channel: 1] == 20)
    #expect(paths[path: 0, time: 1, channel: 0].isNaN)
    #expect(paths.missingCount == 5)
  }

  @Test(
    "what is no set of paths is refused",
    arguments: [
      ([0, 1], ["a"], [1, 2, 3], "3 values; expected a multiple of 2 times and 1 channels"),
      ([0, 1], [], [1, 2], "0 channels"),
      ([], ["a"], [1, 2], "0 times"),
      ([0, 1], ["a"], [], "0 values"),
      ([0, 0], ["a"], [1, 2], "time 0.0 after 0.0; expected times that increase"),
      ([1, 0], ["a"], [1, 2], "time 0.0 after 1.0"),
      ([0, .infinity], ["a"], [1, 2], "time 1 is inf"),
      ([.nan, 1], ["a"], [1, 2], "time 0 is nan"),
      ([0, 1], ["a"], [1, -.infinity], "a of path 0 at time 1.0 is infinite"),
      ([0, 1], ["a"], [1, 2, .nan, .nan], "path 1 without any value"),
      ([0, 1], ["a", "b"], [1, .nan, 1, .nan], "channel \"b\" without any value"),
    ] as [([Double], [String], [Float], String)])
  func refused(times: [Double], names: [String], values: [Float], message: String) {
    let error = #expect(throws: UserError.self) {
      try PathSet(times: times, channelNames: names, values: values)
    }
    #expect(error?.kind == .configuration)
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  @Test("a split holds every path once, the same for the same key")
  func split() throws {
    let numbers = try PathSet(
      times: [0], channelNames: ["n"], values: (0..<101).map(Float.init))
    let (training, test) = try numbers.split(testShare: 0.2, key: RandomKey(seed: 1))
    #expect(test.pathCount == 20 && training.pathCount == 81)
    #expect((training.values + test.values).sorted() == numbers.values)
    #expect(test.values != Array(numbers.values.prefix(20)))
    #expect(try numbers.split(testShare: 0.2, key: RandomKey(seed: 1)).test.values == test.values)
    #expect(try numbers.split(testShare: 0.2, key: RandomKey(seed: 2)).test.values != test.values)
    // never an empty side
    #expect(try numbers.split(testShare: 0.001, key: RandomKey(seed: 1)).test.pathCount == 1)
    #expect(try numbers.split(testShare: 0.999, key: RandomKey(seed: 1)).training.pathCount == 1)
    #expect(throws: UserError.self) { try numbers.split(testShare: 1, key: RandomKey(seed: 1)) }
    #expect(throws: UserError.self) {
      try numbers.selecting([3]).split(testShare: 0.5, key: RandomKey(seed: 1))
    }
  }

  @Test("every path is as likely to be held back as any other")
  func splitIsUniform() throws {
    let numbers = try PathSet(
      times: [0], channelNames: ["n"], values: (0..<10).map(Float.init))
    var counts = [Int](repeating: 0, count: 10)
    for seed in 0..<2000 {
      let test = try numbers.split(testShare: 0.3, key: RandomKey(seed: UInt64(seed))).test
      for value in test.values { counts[Int(value)] += 1 }
    }
    // 600 each; a standard deviation of 20.5
    #expect(counts.allSatisfy { abs($0 - 600) < 103 }, "\(counts)")
  }

  @Test("a share of the values that are there is dropped, to the value, and nothing else changes")
  func dropping() throws {
    let full = try PathSet(
      times: [0, 1, 2, 3], channelNames: ["a", "b"], values: (0..<8000).map(Float.init))
    let left = try full.dropping(share: 0.3, key: RandomKey(seed: 3))
    #expect(left.missingCount == 2400)
    for (before, after) in zip(full.values, left.values) { #expect(after.isNaN || after == before) }
    // every time and channel loses about as much: 300 of 1000, a deviation of 14.5
    for place in 0..<8 {
      let count = stride(from: place, to: 8000, by: 8).count { left.values[$0].isNaN }
      #expect(abs(count - 300) < 73)
    }
    let less = try left.dropping(share: 0.01, key: RandomKey(seed: 4))
    #expect(less.missingCount == 2400 + 56)
    #expect(try full.dropping(share: 0, key: RandomKey(seed: 3)).missingCount == 0)
    #expect(throws: UserError.self) { try full.dropping(share: 1, key: RandomKey(seed: 3)) }
    #expect(throws: UserError.self) { try full.dropping(share: 0.999, key: RandomKey(seed: 3)) }
  }

  @Test("what a normalisation is, worked out by hand")
  func normalisation() throws {
    let first = try PathNormalisation(of: paths, over: .firstTime)
    // a: 1, 5, 9; b: 10, 50
    #expect(first.means == [5, 30])
    #expect(abs(first.deviations[0] - 4) < 1e-12)
    #expect(abs(first.deviations[1] - 800.0.squareRoot()) < 1e-12)
    let every = try PathNormalisation(of: paths, over: .everyTime)
    // a: 1, 3, 5, 6, 7, 9, 8
    #expect(abs(every.means[0] - 39.0 / 7) < 1e-12)
    #expect(abs(every.deviations[0] - ((265 - 39.0 * 39 / 7) / 6).squareRoot()) < 1e-12)
    let applied = first.apply(to: paths)
    #expect(applied[path: 2, time: 0, channel: 0] == 1)
    #expect(applied[path: 0, time: 1, channel: 0].isNaN)
    #expect(applied.missingCount == paths.missingCount)
    for (before, after) in zip(paths.values, first.undo(on: applied).values) {
      #expect(before.isNaN ? after.isNaN : abs(after - before) <= 1e-6 * abs(before))
    }
  }

  @Test("a channel that does not vary cannot be normalised")
  func constant() throws {
    let same = try PathSet(
      times: [0, 1], channelNames: ["price"], values: [1, 2, 1, 3, 1, 5])
    let error = #expect(throws: UserError.self) {
      try PathNormalisation(of: same, over: .firstTime)
    }
    #expect(
      error?.description
        == "channel \"price\" without two different values at the first time; expected values that vary; "
        + "normalise over every-time")
    let mean = try PathNormalisation(of: same, over: .everyTime).means[0]
    #expect(abs(mean - 13.0 / 6) < 1e-12)
  }

  @Test("paths come back from tensors bit for bit")
  func tensors() throws {
    let again = try PathSet(tensors: paths.tensors, channelNames: ["a", "b"])
    #expect(again.times == paths.times && again.channelNames == ["a", "b"])
    #expect(again.values.map(\.bitPattern) == paths.values.map(\.bitPattern))
    #expect(try PathSet(tensors: paths.tensors).channelNames == ["value_0", "value_1"])
    var other = NamedTensors()
    other.set("times", [0, 1, 2] as [Float])
    other.set("values", [1, 2, 3, 4, 5, 6] as [Double], shape: [2, 3])
    let univariate = try PathSet(tensors: other)
    #expect(univariate.pathCount == 2 && univariate.channelNames == ["value"])
    #expect(univariate[path: 1, time: 0, channel: 0] == 4)
    other.set("times", [5, 6, 8] as [Int64])
    other.set("values", [1, 2, 3, 4, 5, 6] as [Int32], shape: [1, 3, 2])
    let whole = try PathSet(tensors: other, channelNames: ["x", "y"])
    #expect(whole.times == [5, 6, 8] && whole[path: 0, time: 2, channel: 1] == 6)
  }

  @Test(
    "tensors that are no paths are refused",
    arguments: [
      ("values", [3, 2], nil, "values of shape [3, 2] for 3 times"),
      ("values", [6], nil, "values of shape [6] for 3 times"),
      ("value", [2, 3], nil, "no tensor \"values\"; expected times, [T], and values"),
      ("values", [1, 3, 2], ["a"], "1 names for 2 channels"),
      ("values", [1, 3, 2], ["a", "a"], "channels called a,a; expected a name of its own"),
      ("values", [1, 3, 2], ["a", ""], "channels called a,;"),
    ] as [(String, [Int], [String]?, String)])
  func wrongTensors(name: String, shape: [Int], channels: [String]?, message: String) {
    var tensors = NamedTensors()
    tensors.set("times", [0, 1, 2] as [Double])
    tensors.set(name, [1, 2, 3, 4, 5, 6] as [Double], shape: shape)
    let error = #expect(throws: UserError.self) {
      try PathSet(tensors: tensors, channelNames: channels)
    }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  @Test("tensors of other types and numbers that are too large are refused")
  func wrongNumbers() {
    var tensors = NamedTensors()
    tensors.set("times", [0, 1] as [UInt8])
    tensors.set("values", [1, 1e39] as [Double], shape: [1, 2])
    var error = #expect(throws: UserError.self) { try PathSet(tensors: tensors) }
    #expect(error?.found == "\"times\" of type U8")
    tensors.set("times", [0, 1] as [Float])
    error = #expect(throws: UserError.self) { try PathSet(tensors: tensors) }
    #expect(error?.found == "the value 1e+39")
    tensors.set("times", [0, 1] as [Double], shape: [2, 1])
    tensors.set("values", [1, 2] as [Double], shape: [1, 2])
    error = #expect(throws: UserError.self) { try PathSet(tensors: tensors) }
    #expect(error?.found == "times of shape [2, 1]")
  }
}

@Suite("Pieces of paths")
struct PathPiecesTests {
  private func path(_ times: [Double], count: Int = 1) throws -> PathSet {
    try PathSet(
      times: times, channelNames: ["a", "b"],
      values: (0..<(2 * count * times.count)).map { Float($0) })
  }

  @Test("pieces follow one another and share the times of the first")
  func cut() throws {
    let pieces = try path([10, 12, 14, 16, 18], count: 2).pieces(of: 2)
    #expect(pieces.pathCount == 4 && pieces.times == [10, 12])
    #expect(pieces.channelNames == ["a", "b"])
    #expect(pieces.values == [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17])
  }

  @Test("times at other distances, and pieces that do not fit, are refused")
  func refusals() throws {
    for (times, count) in [([0.0, 1, 3], 2), ([0, 1, 2], 1), ([0, 1, 2], 4)] {
      let error = #expect(throws: UserError.self) { try path(times).pieces(of: count) }
      #expect(error?.kind == .configuration)
    }
  }
}
