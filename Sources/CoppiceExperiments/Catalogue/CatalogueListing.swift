public import CoppiceCrowds
public import CoppiceEnvironments
public import CoppiceGridWorld
import CoppiceRandom
public import CoppiceReports
public import CoppiceSDE
public import CoppiceSparsity
public import CoppiceTensors

/// A catalogue for people, as a table, and for programs, as a value.
public struct CatalogueListing: Sendable, Equatable {
  /// For people.
  public let table: TextTable
  /// For programs: a list of tables with the same entries.
  public let value: StructuredValue

  /// A listing whose columns are left-aligned.
  private init(columns: [String], entries: [(cells: [String], value: [String: StructuredValue])]) {
    var table = TextTable(columns.map { ($0, .left) })
    for entry in entries { table.add(entry.cells) }
    self.table = table
    value = .array(entries.map { .table($0.value) })
  }

  /// Environments with their sizes and options.
  ///
  /// - Throws: `UserError` when an environment cannot be described.
  public static func environments(
    _ catalogue: EnvironmentCatalogue
  ) throws(UserError) -> CatalogueListing {
    var entries: [(cells: [String], value: [String: StructuredValue])] = []
    for entry in catalogue.entries {
      let specification = try catalogue.specification(entry.id)
      let limit = specification.stepLimit
      entries.append(
        (
          [
            entry.id, text(specification.observationSpace), text(specification.actionSpace),
            limit.map { "\($0)" } ?? "-", entry.summary,
          ],
          [
            "id": .string(entry.id),
            "summary": .string(entry.summary),
            "observation_count": .integer(specification.observationSpace.size),
            "action_space": value(specification.actionSpace),
            "step_limit": limit.map(StructuredValue.integer),
            "options": .table(
              Dictionary(
                entry.options.map { ($0.name, StructuredValue($0.value)) },
                uniquingKeysWith: { $1 })),
          ].compactMapValues { $0 }
        ))
    }
    return CatalogueListing(
      columns: ["environment", "observation", "action", "step limit", "task"], entries: entries)
  }

  /// Worlds of many agents, with what lives in them.
  ///
  /// - Throws: `UserError` when a world cannot be.
  public static func worlds(_ catalogue: WorldCatalogue) throws(UserError) -> CatalogueListing {
    var entries: [(cells: [String], value: [String: StructuredValue])] = []
    for entry in catalogue.entries {
      let (own, limit) = (entry.description, entry.description.stepLimit)
      let groups = try GridWorld(own, key: RandomKey(seed: 0)).groups
      entries.append(
        (
          [
            entry.name, "\(own.width) × \(own.height)",
            groups.map { "\($0.count) \($0.name)" }.joined(separator: ", "),
            limit.map { "\($0)" } ?? "-", entry.summary,
          ],
          [
            "name": .string(entry.name),
            "summary": .string(entry.summary),
            "width": .integer(own.width),
            "height": .integer(own.height),
            "step_limit": limit.map(StructuredValue.integer),
            "groups": .array(
              groups.map { .table(["name": .string($0.name), "agents": .integer($0.count)]) }),
          ].compactMapValues { $0 }
        ))
    }
    return CatalogueListing(
      columns: ["world", "cells", "agents", "step limit", "what happens"], entries: entries)
  }

  /// Algorithms.
  public static func algorithms(_ catalogue: AlgorithmCatalogue) -> CatalogueListing {
    CatalogueListing(
      columns: ["algorithm", "method"],
      entries: catalogue.entries.map {
        ([$0.name, $0.summary], ["name": .string($0.name), "summary": .string($0.summary)])
      })
  }

  /// Learners of worlds of many agents.
  ///
  /// - Throws: `UserError` when the settings of a learner cannot be written.
  public static func learners(
    _ catalogue: CrowdLearnerCatalogue
  ) throws(UserError) -> CatalogueListing {
    var entries: [(cells: [String], value: [String: StructuredValue])] = []
    for entry in catalogue.entries {
      entries.append(
        (
          [entry.name, entry.summary],
          [
            "name": .string(entry.name), "summary": .string(entry.summary),
            "options": try StructuredValue(encoding: entry.defaults),
          ]
        ))
    }
    return CatalogueListing(columns: ["learner", "method"], entries: entries)
  }

  /// Models of paths.
  ///
  /// - Throws: `UserError` when the configuration of a model cannot be written.
  public static func models(_ catalogue: PathModelCatalogue) throws(UserError) -> CatalogueListing {
    var entries: [(cells: [String], value: [String: StructuredValue])] = []
    for entry in catalogue.entries {
      entries.append(
        (
          [entry.name, entry.summary],
          [
            "name": .string(entry.name), "summary": .string(entry.summary),
            "options": try StructuredValue(encoding: entry.defaults),
          ]
        ))
    }
    return CatalogueListing(columns: ["model", "method"], entries: entries)
  }

  /// Data sets of paths.
  public static func series(_ catalogue: SeriesCatalogue) -> CatalogueListing {
    CatalogueListing(
      columns: ["series", "paths", "process"],
      entries: catalogue.entries.map {
        (
          [$0.name, "\($0.usualPathCount)", $0.summary],
          [
            "name": .string($0.name), "paths": .integer($0.usualPathCount),
            "summary": .string($0.summary),
          ]
        )
      })
  }

  /// Ways to compare sets of paths.
  public static func distances(_ catalogue: PathMetricCatalogue) -> CatalogueListing {
    CatalogueListing(
      columns: ["distance", "meaning"],
      entries: catalogue.metrics.map {
        ([$0.name, $0.summary], ["name": .string($0.name), "summary": .string($0.summary)])
      })
  }

  /// Sparsity methods.
  ///
  /// - Throws: `UserError` when the settings of a method cannot be written.
  public static func sparsity(
    _ catalogue: SparsityCatalogue
  ) throws(UserError) -> CatalogueListing {
    var entries: [(cells: [String], value: [String: StructuredValue])] = []
    for entry in catalogue.entries {
      entries.append(
        (
          [entry.name, entry.example, entry.summary],
          [
            "name": .string(entry.name), "example": .string(entry.example),
            "summary": .string(entry.summary),
            "options": try StructuredValue(encoding: entry.defaults),
          ]
        ))
    }
    return CatalogueListing(columns: ["method", "write", "meaning"], entries: entries)
  }

  /// Recipes that come with Coppice.
  public static var recipes: CatalogueListing {
    CatalogueListing(
      columns: ["algorithm", "recipe"],
      entries: RecipeCatalogue.recipes.map {
        (
          [$0.algorithm, $0.name],
          [
            "algorithm": .string($0.algorithm), "name": .string($0.name),
            "toml": .string($0.text),
          ]
        )
      })
  }

  /// What is measured in a run.
  public static var metrics: CatalogueListing {
    CatalogueListing(
      columns: ["metric", "unit", "meaning"],
      entries: Metric.all.map {
        (
          [$0.name, $0.unit, $0.meaning],
          ["name": .string($0.name), "unit": .string($0.unit), "meaning": .string($0.meaning)]
        )
      })
  }

  /// What is measured in a world, step by step.
  public static var measures: CatalogueListing {
    CatalogueListing(
      columns: ["measure", "unit", "meaning"],
      entries: WorldMeasure.standard.map {
        (
          [$0.name, $0.unit, $0.meaning],
          ["name": .string($0.name), "unit": .string($0.unit), "meaning": .string($0.meaning)]
        )
      })
  }

  private static func text(_ space: Space) -> String {
    switch space {
    case .box(let low, _): "\(low.count) numbers"
    case .discrete(let count): "one of \(count)"
    }
  }

  private static func value(_ space: Space) -> StructuredValue {
    switch space {
    case .box(let low, let high):
      .table([
        "low": .array(low.map(StructuredValue.number)),
        "high": .array(high.map(StructuredValue.number)),
      ])
    case .discrete(let count): .table(["count": .integer(count)])
    }
  }
}

extension StructuredValue {
  /// An option of an environment.
  public init(_ option: EnvironmentOption) {
    switch option {
    case .bool(let value): self = .bool(value)
    case .number(let value): self = .number(value)
    case .string(let value): self = .string(value)
    case .numbers(let values): self = .array(values.map(StructuredValue.number))
    }
  }
}
