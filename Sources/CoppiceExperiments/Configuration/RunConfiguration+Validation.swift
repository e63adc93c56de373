import CoppiceAgents
public import CoppiceTensors

extension RunConfiguration {
  /// Checks every value that can be checked without making anything.
  ///
  /// - Throws: `UserError` of kind `configuration` that names the first bad one.
  public func validate() throws(UserError) {
    try require("steps", steps, 1...1_000_000_000_000)
    try require("threads", threads, 1...256)
    try require("environments", environments, 1...4096)
    try require("warm_up_steps", warmUpSteps, 0...1_000_000_000_000)
    try require("replay_capacity", replayCapacity, 1...1_000_000_000)
    try require("evaluation_every", evaluationEvery, 0...1_000_000_000_000)
    try require("evaluation_episodes", evaluationEpisodes, 1...100_000)
    try require("checkpoint_every", checkpointEvery, 0...1_000_000_000_000)
    try require("keep", keep, 1...1_000_000)
    try require("log_every", logEvery, 1...1_000_000_000_000)
    try require("measure_every", measureEvery, 0...1_000_000_000_000)
    try redo.validate()
    // TOML has no larger whole numbers
    guard seed <= Int64.max else { throw bad("seed", "\(seed)", "0 to \(Int64.max)") }
    guard updateToData > 0, updateToData <= 1000 else {
      throw bad("update_to_data", "\(updateToData)", "more than 0 and at most 1000")
    }
    guard (1...16).contains(hidden.count), hidden.allSatisfy({ (1...8192).contains($0) }) else {
      let text = hidden.map { "\($0)" }.joined(separator: ",")
      throw bad("hidden", "\"\(text)\"", "1 to 16 layers of 1 to 8192 units, such as 256,256")
    }
    try multiStep.validate()
    try dynamicReplay.validate()
    try td3.validate()
    try sac.validate()
  }

  private func require(
    _ name: String, _ value: Int, _ range: ClosedRange<Int>
  ) throws(UserError) {
    guard !range.contains(value) else { return }
    throw bad(name, "\(value)", "\(range.lowerBound) to \(range.upperBound)")
  }

  private func bad(_ name: String, _ value: String, _ expected: String) -> UserError {
    UserError(
      .configuration, found: "\(name) = \(value)", expected: expected,
      action: "change the recipe or the flag")
  }
}
