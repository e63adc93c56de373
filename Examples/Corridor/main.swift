// Checks an environment of one's own, trains a sparse agent on it, and lets the agent act.
import Coppice

// what is wrong with the environment, before any training
for finding in checkEnvironment({ Corridor() }) { print("found: \(finding)") }

// train by name, with a catalogue that knows the environment
let catalogue = EnvironmentCatalogue.standard.adding("walk along a corridor") { Corridor() }
var configuration = RunConfiguration()
configuration.environment = "Corridor-v0"
configuration.sparsity = try SparsityExpression("2:4")
configuration.steps = 2000
configuration.warmUpSteps = 500
configuration.evaluationEvery = 500

let folder = CommandLine.arguments.dropFirst().first ?? "runs/corridor"
let summary = try TrainingRun(configuration, at: folder, environments: catalogue).run()
print("mean return \(summary.finalReturn ?? .nan) after \(summary.environmentStep) steps")

// act: three lines that any program can have
let policy = try TrainedPolicy(folder)
let action = policy.action(for: [2, 0.1])
print("at 2 m it walks \(action[0] < 0 ? "back" : "on")")
