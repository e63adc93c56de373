import ArgumentParser
import Coppice

/// The flags that `coppice world train` and `coppice sde train` have alike.
struct TrainingFlags: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Any setting by its name in files; may be repeated.", valueName: "name=value"))
  var assignments: [String] = []

  @Option(parsing: .unconditional, help: "Everything random.", transform: Amount.whole)
  var seed: Int?

  @Option(
    help: ArgumentHelp(
      "Which weights are kept; see `coppice list sparsity`.", valueName: "expression"))
  var sparsity: String?

  @Option(
    parsing: .unconditional,
    help: "Threads; the result does not depend on them. (default: 2)",
    transform: Amount.positive)
  var threads: Int?

  @Option(parsing: .unconditional, help: "Minutes at most.", transform: Amount.positive)
  var minutes: Int?

  @Option(
    parsing: .unconditional, help: "How many checkpoints stay. (default: 2)",
    transform: Amount.positive)
  var keep: Int?

  @Flag(help: "Shows no progress; errors still appear.")
  var quiet = false

  /// Settings by their names in files: `others`, these flags, and over both what --set says.
  func settings(with others: [String: StructuredValue]) throws -> StructuredValue {
    var values = others
    values["seed"] = seed.map(StructuredValue.integer)
    values["sparsity"] = sparsity.map(StructuredValue.string)
    values["threads"] = threads.map(StructuredValue.integer)
    values["keep"] = keep.map(StructuredValue.integer)
    return try assignments.reduce(.table(values)) { (table, text) in
      table.merging(try StructuredValue(assignment: text))
    }
  }
}
