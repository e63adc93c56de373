import CoppiceRandom
import CoppiceSDE
import CoppiceTensors
import Testing

@Suite("Signatures")
struct SignatureTests {
  /// All words of up to `depth` channels.
  private func words(_ channelCount: Int, _ depth: Int) -> [[Int]] {
    var (all, last): ([[Int]], [[Int]]) = ([], [[]])
    for _ in 0..<depth {
      last = last.flatMap { word in (0..<channelCount).map { word + [$0] } }
      all += last
    }
    return all
  }

  private func signature(_ pieces: [[Double]], depth: Int) -> Signature {
    var signature = Signature(channelCount: pieces[0].count, depth: depth)
    for piece in pieces { signature.extend(by: piece) }
    return signature
  }

  private func randomPieces(_ key: RandomKey, _ count: Int, channels: Int) -> [[Double]] {
    var random = key.stream()
    return (0..<count).map { _ in (0..<channels).map { _ in random.nextNormal() } }
  }

  private func factorial(_ number: Int) -> Double {
    (1...max(1, number)).reduce(1) { $0 * Double($1) }
  }

  @Test("a straight piece has the products of its increments over factorials")
  func straight() {
    let piece = [0.5, -2, 3.0]
    let signature = signature([piece], depth: 4)
    #expect(signature.terms.count == 3 + 9 + 27 + 81)
    for word in words(3, 4) {
      let expected = word.reduce(1) { $0 * piece[$1] } / factorial(word.count)
      #expect(abs(signature[word] - expected) < 1e-13 * (1 + abs(expected)))
    }
  }

  @Test("to the right and up, worked out by hand")
  func corner() {
    let signature = signature([[1, 0], [0, 1]], depth: 3)
    // level 1: 1, 1; level 2: 00 1/2, 01 1, 10 0, 11 1/2; 3: 000 1/6, 001 1/2, 011 1/2, 111 1/6
    #expect(
      zip(
        signature.terms,
        [1, 1, 0.5, 1, 0, 0.5, 1.0 / 6, 0.5, 0, 0.5, 0, 0, 0, 1.0 / 6]
      ).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect((signature[[0, 1]] - signature[[1, 0]]) / 2 == 0.5)
  }

  @Test("iterated sums over fine straight pieces approach every term")
  func iteratedIntegrals() {
    // a corner walked in 200 steps a side, and sums over increasing steps instead of integrals
    let (depth, count) = (3, 400)
    let fine = (0..<2 * count).map {
      $0 < count ? [1.0 / Double(count), 0.3 / Double(count)] : [0, -1.0 / Double(count)]
    }
    let exact = signature([[1, 0.3], [0, -1]], depth: depth)
    var sums: [[Int]: Double] = [[]: 1]
    for piece in fine {
      // longest first, so that a step counts once in a word
      for word in words(2, depth).reversed() {
        sums[word, default: 0] += (sums[Array(word.dropLast())] ?? 0) * piece[word[word.count - 1]]
      }
    }
    for word in words(2, depth) {
      // steps that would count twice are a share of about 1/400 for each pair
      #expect(abs((sums[word] ?? 0) - exact[word]) < 4e-3)
    }
  }

  @Test("the antisymmetric part of depth 2 is Lévy's area")
  func levyArea() {
    let pieces = randomPieces(RandomKey(seed: 3), 40, channels: 3)
    let signature = signature(pieces, depth: 2)
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
      // ½ Σ (Xⁱ dXʲ − Xʲ dXⁱ) is exact for straight pieces
      var (area, position) = (0.0, [0.0, 0, 0])
      for piece in pieces {
        area += (position[i] * piece[j] - position[j] * piece[i]) / 2
        for channel in 0..<3 { position[channel] += piece[channel] }
      }
      #expect(abs((signature[[i, j]] - signature[[j, i]]) / 2 - area) < 1e-12 * 40)
    }
  }

  @Test("Chen's identity: the signature of two paths in a row is the product of theirs")
  func chen() {
    for seed in 0..<10 {
      let channels = 1 + seed % 3
      let pieces = randomPieces(RandomKey(seed: UInt64(seed)), 9, channels: channels)
      let whole = signature(pieces, depth: 5)
      let (before, after) = (
        signature(Array(pieces[..<4]), depth: 5), signature(Array(pieces[4...]), depth: 5)
      )
      for word in words(channels, 5) {
        var product = before[word] + after[word]
        for cut in 1..<max(1, word.count) {
          product += before[Array(word[..<cut])] * after[Array(word[cut...])]
        }
        #expect(abs(whole[word] - product) < 1e-10 * (1 + abs(product)))
      }
    }
  }

  @Test("products of terms are sums over shuffles, and there and back is nowhere")
  func shuffle() {
    let pieces = randomPieces(RandomKey(seed: 7), 12, channels: 3)
    let path = signature(pieces, depth: 3)
    for i in 0..<3 {
      for j in 0..<3 {
        #expect(abs(path[[i]] * path[[j]] - path[[i, j]] - path[[j, i]]) < 1e-11)
        for k in 0..<3 {
          let shuffles = path[[i, j, k]] + path[[j, i, k]] + path[[j, k, i]]
          #expect(abs(path[[i]] * path[[j, k]] - shuffles) < 1e-10)
        }
      }
    }
    let back = pieces.reversed().map { $0.map { -$0 } }
    #expect(signature(pieces + back, depth: 3).terms.allSatisfy { abs($0) < 1e-10 })
    // the speed plays no part
    let halves = pieces.flatMap { [$0.map { $0 / 2 }, $0.map { $0 / 2 }] }
    #expect(zip(signature(halves, depth: 3).terms, path.terms).allSatisfy { abs($0 - $1) < 1e-10 })
  }

  @Test("the mean signature is the mean of signatures of paths with the time before, gaps on lines")
  func mean() throws {
    let paths = try PathSet(
      times: [0, 1, 3], channelNames: ["a"], values: [0, .nan, 6, 1, 5, 0])
    let mean = try MeanSignature(of: paths, depth: 5)
    #expect(mean.terms.count == 62 && mean.channelCount == 2)
    let (first, second) = (
      signature([[1, 2], [2, 4]], depth: 5), signature([[1, 4], [2, -5]], depth: 5)
    )
    for (index, term) in mean.terms.enumerated() {
      let expected = (first.terms[index] + second.terms[index]) / 2
      #expect(abs(term - expected) < 1e-12 * (1 + abs(expected)))
    }
    let scaled = try MeanSignature(of: paths, depth: 2, unit: .length)
    // time, value; time twice, time then value
    #expect(abs(scaled.terms[0] - 1) < 1e-12 && abs(scaled.terms[1] - 2.5) < 1e-12)
    #expect(abs(scaled.terms[3] - mean.terms[3] / 3) < 1e-12)
    #expect(abs(mean.distance(to: mean)) == 0)
    #expect(throws: UserError.self) { try MeanSignature(of: paths, depth: 0) }
    #expect(throws: UserError.self) { try MeanSignature(of: paths, depth: 30) }
  }

  @Test("halves of the same data are near, other data are far")
  func discrepancy() throws {
    let key = RandomKey(seed: 22)
    let constant = try OrnsteinUhlenbeck(.constant).paths(count: 4096, key: key.split(0))
    let ramp = try OrnsteinUhlenbeck(.ramp).paths(count: 2048, key: key.split(1))
    for unit in MeanSignature.TimeUnit.allCases {
      let halves = try constant.split(testShare: 0.5, key: key)
      let means = try [halves.training, halves.test, ramp].map {
        try MeanSignature(of: $0, unit: unit)
      }
      let (same, other) = (means[0].distance(to: means[1]), means[0].distance(to: means[2]))
      #expect(other > 4 * same, "\(unit): \(same) and \(other)")
    }
  }
}
