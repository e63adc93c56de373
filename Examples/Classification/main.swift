// Compares ways to make a classifier sparse, over several seeds; with a path it writes a CSV.
//
//   Classification [FILE.csv] [--full]
//
// Without --full two seeds of a short training, which says that it works and nothing about who is better.
import Coppice
import Foundation

let arguments = CommandLine.arguments.dropFirst()
let isFull = arguments.contains("--full")
let (seeds, epochs) = isFull ? (10, 60) : (2, 8)
let sparsities = isFull ? [0.9, 0.95, 0.98] : [0.95]

var rows: [Outcome] = []
for seed in 1...seeds {
  let task = try Task(seed: seed)
  for method in Method.allCases {
    for sparsity in method == .dense ? [0] : sparsities {
      rows.append(try method.train(on: task, seed: seed, sparsity: sparsity, epochs: epochs))
    }
  }
}

if let path = arguments.first(where: { $0 != "--full" }) {
  let lines = rows.map {
    String(
      format: "%@,%.2f,%d,%.4f,%.6f,%.6f", $0.method.rawValue, $0.asked, $0.seed, $0.sparsity,
      $0.accuracy, $0.unrest)
  }
  let text = (["method,asked,seed,sparsity,accuracy,unrest"] + lines).joined(separator: "\n") + "\n"
  try text.write(toFile: path, atomically: true, encoding: .utf8)
}

/// 95 % of a Student t distribution with so many degrees of freedom, both sides.
let quantiles = [1: 12.706, 2: 4.303, 4: 2.776, 9: 2.262]
for method in Method.allCases {
  for sparsity in method == .dense ? [0] : sparsities {
    let own = rows.filter { $0.method == method && $0.asked == sparsity }
    let mean = own.reduce(0) { $0 + $1.accuracy } / Double(own.count)
    let squares = own.reduce(0) { $0 + ($1.accuracy - mean) * ($1.accuracy - mean) }
    let deviation = (squares / Double(max(1, own.count - 1))).squareRoot()
    let half = (quantiles[own.count - 1] ?? 2) * deviation / Double(own.count).squareRoot()
    let unrest = own.reduce(0) { $0 + $1.unrest } / Double(own.count)
    print(
      String(
        format: "%.0f %% zeros, %@: %.2f %% ± %.2f (95 %%), over seeds %.2f, between epochs %.3f",
        100 * sparsity, method.rawValue as NSString, 100 * mean, 100 * half, 100 * deviation,
        100 * unrest))
  }
}

let learned = rows.allSatisfy { $0.accuracy > 0.3 }
let sparse = rows.allSatisfy { abs($0.sparsity - $0.asked) < 0.001 }
print("all classifiers learned: \(learned), and the sparse ones are as sparse as asked: \(sparse)")
