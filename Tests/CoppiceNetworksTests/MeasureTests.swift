import CoppiceNetworks
import CoppiceRandom
import CoppiceTensors
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("What networks are measured by")
struct MeasureTests {
  @Test("a unit's activity is measured by the mean of its layer")
  func activity() {
    let network = MLP<Float>(sizes: [2, 4, 1], key: RandomKey(seed: 1))
    let layer = network.layers[0]
    layer.sparsify(mask: [1, 0, 0, 1, 0, 0, 1, 1], storage: .kept)
    let outputs = Panels<Float>(featureCount: 4, sampleCount: 70)
    for sample in 0..<70 {
      outputs[sample: sample, feature: 0] = 4
      outputs[sample: sample, feature: 1] = sample < 35 ? 0.1 : 0
      outputs[sample: sample, feature: 2] = 0
      outputs[sample: sample, feature: 3] = 3.95
    }
    // unused lanes do not count
    outputs[sample: 71, feature: 1] = 1000
    let activity = UnitActivity(of: layer, outputs: outputs, sampleCount: 70)
    // means 4, 0.05, 0, 3.95, of which the mean is 2
    for (found, expected) in zip(activity.scores, [2, 0.025, 0, 1.975]) {
      #expect(abs(found - expected) < 1e-6)
    }
    #expect(activity.isDisconnected == [false, false, true, false])
    #expect(activity.dormant(threshold: 0.026) == [false, true, false, false])
    #expect(activity.dormant(threshold: 0.024) == [false, false, false, false])
  }

  @Test("the effective rank counts the directions that make up 99 %", arguments: [1, 3, 9, 40])
  func rank(directions: Int) {
    var random = RandomKey(seed: 8).split(directions).stream()
    let features = Panels<Float>(featureCount: 40, sampleCount: 200)
    // orthogonal directions of equal size: the first cosines over the features
    for sample in 0..<200 {
      for direction in 0..<directions {
        let size = random.nextNormal()
        for feature in 0..<40 {
          let angle = Double.pi / 40 * (Double(feature) + 0.5) * Double(direction)
          features[sample: sample, feature: feature] += Float(size * cos(angle))
        }
      }
    }
    let rank = EffectiveRank(of: features, sampleCount: 200)
    #expect(rank.value == directions)
    #expect(rank.most == 40)
  }

  @Test("nothing has no rank, and a weak direction counts little")
  func edges() {
    let features = Panels<Double>(featureCount: 5, sampleCount: 10)
    #expect(EffectiveRank(of: features, sampleCount: 10).value == 0)
    for sample in 0..<10 {
      features[sample: sample, feature: 0] = sample.isMultiple(of: 2) ? 1 : -1
      features[sample: sample, feature: 3] = sample < 5 ? 0.009 : -0.009
    }
    #expect(EffectiveRank(of: features, sampleCount: 10).value == 1)
    #expect(EffectiveRank(of: features, sampleCount: 10, tolerance: 0.001).value == 2)
  }

  @Test("the rank is that of singular values found one by one", arguments: 1...6)
  func againstJacobi(seed: Int) {
    var random = RandomKey(seed: UInt64(seed)).stream()
    let (samples, count) = (3 + random.nextIndex(below: 150), 1 + random.nextIndex(below: 30))
    let features = Panels<Double>(featureCount: count, sampleCount: samples)
    for sample in 0..<samples {
      for feature in 0..<count {
        // directions of very different sizes
        features[sample: sample, feature: feature] =
          max(0, random.nextNormal() * pow(0.7, Double(feature)))
      }
    }
    var columns = (0..<count).map { feature in
      (0..<samples).map { features[sample: $0, feature: feature] }
    }
    let singular = singularValues(&columns).sorted(by: >)
    for tolerance in [0.3, 0.1, 0.03, 0.01] {
      var (sum, expected) = (0.0, 0)
      let wanted = (1 - tolerance) * singular.reduce(0, +)
      while sum < wanted {
        sum += singular[expected]
        expected += 1
      }
      let found = EffectiveRank(of: features, sampleCount: samples, tolerance: tolerance).value
      #expect(found == expected)
    }
  }

  /// Singular values by one-sided Jacobi turns, until all columns are orthogonal.
  private func singularValues(_ columns: inout [[Double]]) -> [Double] {
    for _ in 0..<60 {
      for i in columns.indices {
        for j in columns.indices where j > i {
          let (a, b) = (columns[i], columns[j])
          let (aa, bb) = (
            zip(a, a).reduce(0) { $0 + $1.0 * $1.1 }, zip(b, b).reduce(0) { $0 + $1.0 * $1.1 }
          )
          let ab = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
          guard abs(ab) > 1e-15 * (aa * bb).squareRoot(), ab != 0 else { continue }
          let zeta = (bb - aa) / (2 * ab)
          let t = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
          let c = 1 / (1 + t * t).squareRoot()
          for row in a.indices {
            columns[i][row] = c * a[row] - c * t * b[row]
            columns[j][row] = c * t * a[row] + c * b[row]
          }
        }
      }
    }
    return columns.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  }
}
