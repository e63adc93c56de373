#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How strong players are, by the model of Bradley and Terry: that one beats another with probability
/// 1 / (1 + exp(θ′ − θ)), θ being their strengths.
///
/// Strengths are what makes the games most likely, a draw counting as half a game won and half a game lost.
///
/// ## Where somebody won all games
/// The most likely strength is then infinite. So every pair that played is counted as if it had played one more game,
/// a draw: all strengths are finite, and those of who won all games grow with the number of games. Of two players this
/// is the correction by which Firth takes the bias of order 1/n from the most likely value.
///
/// - Complexity: some ten solutions of `P` equations for `P` players.
///
/// ## Source
/// Bradley, Terry 1952, "Rank analysis of incomplete block designs: I. The method of paired comparisons"; Firth 1993,
/// "Bias reduction of maximum likelihood estimates". **Differences**: the games are added to each pair, where Firth's
/// correction for more than two players depends on the strengths.
struct BradleyTerry {
  /// θ of each player, with the mean 0.
  let strengths: [Double]

  /// Draws that are added to every pair that played.
  static let addedDraws = 1.0

  /// - Precondition: There is a player.
  init(_ games: PairedGames) {
    let played = games.pairs.filter { $0.games > 0 }.map { pair in
      Played(
        first: pair.first, second: pair.second, score: pair.score + Self.addedDraws / 2,
        games: Double(pair.games) + Self.addedDraws)
    }
    var strengths = [Double](repeating: 0, count: games.playerCount)
    var likelihood = Self.likelihood(of: played, strengths)
    for _ in 0..<100 {
      let change = Self.newtonStep(played, strengths)
      var length = 1.0
      // a whole step can overshoot far from the top
      while true {
        let next = zip(strengths, change).map { $0 + length * $1 }
        let reached = Self.likelihood(of: played, next)
        if reached >= likelihood || length < 1e-6 {
          (strengths, likelihood) = (next, reached)
          break
        }
        length /= 2
      }
      if change.allSatisfy({ abs($0) < 1e-10 }) { break }
    }
    let mean = strengths.reduce(0, +) / Double(strengths.count)
    self.strengths = strengths.map { $0 - mean }
  }

  private struct Played {
    var first: Int
    var second: Int
    var score: Double
    var games: Double
  }

  /// log σ(x), which does not overflow.
  private static func logSigmoid(_ x: Double) -> Double {
    x >= 0 ? -log1p(exp(-x)) : x - log1p(exp(x))
  }

  private static func likelihood(of played: [Played], _ strengths: [Double]) -> Double {
    played.reduce(0) { sum, pair in
      let lead = strengths[pair.first] - strengths[pair.second]
      return sum + pair.score * logSigmoid(lead) + (pair.games - pair.score) * logSigmoid(-lead)
    }
  }

  /// The step of Newton's method: minus the inverse of the second derivatives times the first.
  private static func newtonStep(_ played: [Played], _ strengths: [Double]) -> [Double] {
    let count = strengths.count
    // all strengths of players that games join may grow by the same: a weak spring makes the equations have one solution
    var rows = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
    for player in 0..<count { rows[player][player] = 1e-9 }
    for pair in played {
      let chance = 1 / (1 + exp(strengths[pair.second] - strengths[pair.first]))
      let (slope, curve) = (pair.score - pair.games * chance, pair.games * chance * (1 - chance))
      rows[pair.first][count] += slope
      rows[pair.second][count] -= slope
      rows[pair.first][pair.first] += curve
      rows[pair.second][pair.second] += curve
      rows[pair.first][pair.second] -= curve
      rows[pair.second][pair.first] -= curve
    }
    return solve(&rows)
  }

  /// Solves positive definite equations, each a row with its right side last.
  private static func solve(_ rows: inout [[Double]]) -> [Double] {
    let count = rows.count
    for pivot in 0..<count {
      for row in (pivot + 1)..<max(pivot + 1, count) {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    var solution = [Double](repeating: 0, count: count)
    for row in (0..<count).reversed() {
      var rest = rows[row][count]
      for column in (row + 1)..<max(row + 1, count) { rest -= rows[row][column] * solution[column] }
      solution[row] = rest / rows[row][row]
    }
    return solution
  }
}
