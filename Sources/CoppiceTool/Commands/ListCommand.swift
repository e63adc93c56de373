import ArgumentParser
import Coppice

/// `coppice list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract:
      "Lists environments, algorithms, sparsity methods, recipes, metrics, worlds, learners, measures, models, series or distances.",
    discussion: """
      Examples:

        coppice list environments
        coppice list sparsity --json
      """)

  /// What can be listed.
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case environments, algorithms, sparsity, recipes, metrics, worlds, learners, measures
    case models, series, distances
  }

  @Argument(help: "What to list: \(Subject.allCases.map(\.rawValue).joined(separator: ", ")).")
  var subject: Subject?

  @Flag(help: "Prints JSON.")
  var json = false

  func run() throws {
    let subjects = subject.map { [$0] } ?? Subject.allCases
    if json {
      var values: [String: StructuredValue] = ["schema": .integer(1)]
      for subject in subjects { values[subject.rawValue] = try catalogue(subject).value }
      return try Console.say(json: StructuredValue.table(values))
    }
    for (index, subject) in subjects.enumerated() {
      if subjects.count > 1 { Console.say("\(index == 0 ? "" : "\n")\(subject.rawValue):") }
      Console.say(try catalogue(subject).table.description)
    }
  }

  private func catalogue(_ subject: Subject) throws -> CatalogueListing {
    switch subject {
    case .environments: try .environments(.standard)
    case .algorithms: .algorithms(.standard)
    case .sparsity: try .sparsity(.standard)
    case .recipes: .recipes
    case .metrics: .metrics
    case .worlds: try .worlds(.standard)
    case .learners: try .learners(.standard)
    case .measures: .measures
    case .models: try .models(.standard)
    case .series: .series(.standard)
    case .distances: .distances(.standard)
    }
  }
}
