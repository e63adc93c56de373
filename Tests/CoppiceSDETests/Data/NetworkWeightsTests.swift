import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Weights of networks that are trained")
struct NetworkWeightsTests {
  @Test(
    "paths have a value at the beginning and one for each epoch, all weights of a network in a row")
  func shapes() throws {
    var series = NetworkWeights()
    (series.hiddenUnits, series.epochCount) = (4, 10)
    #expect(series.weightsPerNetwork == 20)
    let paths = try series.paths(count: 45, key: RandomKey(seed: 1))
    #expect(paths.pathCount == 45 && paths.channelCount == 1 && paths.missingCount == 0)
    #expect(paths.times == (0...10).map { Double($0) })
    // the hidden layer has 2 inputs and the other 4: initial weights are uniform in ±1/√I
    for path in 0..<40 {
      let bound = path % 20 < 8 ? 1 / 2.0.squareRoot() : 0.5
      #expect(abs(Double(paths[path: path, time: 0, channel: 0])) <= bound)
    }
    // networks are different ones, and every weight moves
    #expect(paths[path: 3, time: 0, channel: 0] != paths[path: 23, time: 0, channel: 0])
    for path in 0..<45 {
      #expect(paths[path: path, time: 0, channel: 0] != paths[path: path, time: 10, channel: 0])
    }
    #expect(NetworkWeights().weightsPerNetwork == 80)
    #expect(
      try SeriesCatalogue.standard.entry("weights").make(count: 2, key: RandomKey(seed: 1))
        .timeCount == 64)
  }

  @Test("path n depends on the key and on n alone")
  func deterministic() throws {
    var series = NetworkWeights()
    (series.hiddenUnits, series.epochCount) = (3, 5)
    let few = try series.paths(count: 20, key: RandomKey(seed: 2))
    let more = try series.paths(count: 50, key: RandomKey(seed: 2))
    #expect(Array(more.values.prefix(few.values.count)) == few.values)
    #expect(try series.paths(count: 20, key: RandomKey(seed: 2)).values == few.values)
    #expect(try series.paths(count: 20, key: RandomKey(seed: 3)).values != few.values)
  }

  @Test("the networks learn: their loss begins as that of guessing and falls well below")
  func learning() throws {
    let series = NetworkWeights()
    for network in 0..<3 {
      let losses = try series.losses(ofNetwork: network, key: RandomKey(seed: 4))
      #expect(losses.count == 64)
      // initial scores are small: about log 3 = 1.10
      #expect(abs(losses[0] - log(3)) < 0.3)
      #expect(losses[63] < 0.5 * losses[0], "\(losses[63])")
    }
    // the paths are those of the same training
    let one = try series.losses(ofNetwork: 0, key: RandomKey(seed: 4))
    #expect(try series.losses(ofNetwork: 0, key: RandomKey(seed: 4)) == one)
    var still = series
    still.learningRate = 1e-12
    let losses = try still.losses(ofNetwork: 0, key: RandomKey(seed: 4))
    #expect(abs(losses[63] - losses[0]) < 1e-8 && abs(losses[0] - one[0]) < 1e-12)
  }

  @Test("parameters that make no sense are an error")
  func errors() {
    func found(_ change: (inout NetworkWeights) -> Void) -> String? {
      var series = NetworkWeights()
      change(&series)
      return #expect(throws: UserError.self) {
        try series.paths(count: 1, key: RandomKey(seed: 1))
      }?.found
    }
    #expect(found { $0.hiddenUnits = 0 }?.contains("0 hidden units") == true)
    #expect(found { $0.epochCount = 0 }?.contains("0 epochs") == true)
    #expect(found { $0.momentum = 1 }?.contains("momentum 1.0") == true)
    #expect(found { $0.learningRate = -1 }?.contains("learning rate -1.0") == true)
    // a rate that tears the weights apart is found out by its numbers
    #expect(found { $0.learningRate = 1e60 }?.contains("range of numbers") == true)
  }
}
