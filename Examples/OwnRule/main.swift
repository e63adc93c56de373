// Trains with a topology rule of one's own, and shows that a run of it can be resumed exactly.
import Coppice
import Foundation

let sparsities = SparsityCatalogue.standard.adding(SparsityCatalogue.Entry(StrongRows.self))
var configuration = RunConfiguration()
configuration.environment = "Pendulum-v1"
configuration.sparsity = try SparsityExpression("strong-rows@80%")
configuration.sparsityOptions = ["fraction": .number(0.2)]
configuration.hidden = [64, 64]
configuration.steps = 3000
configuration.evaluationEvery = 1000
configuration.checkpointEvery = 1000
configuration.keep = 3

let folder = CommandLine.arguments.dropFirst().first ?? "runs/own-rule"
let summary = try TrainingRun(configuration, at: folder, sparsities: sparsities).run()
let kept = summary.weights.reduce(0) { $0 + $1.kept }
let dense = summary.weights.reduce(0) { $0 + $1.dense }
print("kept \(kept) of \(dense) weights, mean return \(summary.finalReturn ?? .nan)")

// the same once more from the middle, which has to end the same, bit for bit
let end = "\(folder)/checkpoints/3000/networks.safetensors"
let straight = try Data(contentsOf: URL(fileURLWithPath: end))
_ = try TrainingRun(resuming: folder, from: 1000, sparsities: sparsities).run()
let resumed = try Data(contentsOf: URL(fileURLWithPath: end))
print("resumed exactly: \(straight == resumed)")
