import Foundation
import Testing

@Suite("Settings of sparsity methods from the command line", .serialized)
struct SparsityOptionsTests {
  private static let small = [
    "train", "--env", "Pendulum-v1", "--steps", "300", "--warm-up-steps", "100", "--evaluate-every",
    "0", "--quiet", "--recipe", "r.toml", "--out", "run",
  ]

  private func train(_ recipe: String, _ flags: [String], _ scratch: Scratch) throws -> Tool.Result
  {
    try recipe.write(toFile: "\(scratch.path)/r.toml", atomically: true, encoding: .utf8)
    return try Tool.run(Self.small + flags, in: scratch.path)
  }

  @Test(
    "what makes no sense is one line that says what would",
    arguments: [
      ("[allocation]\nnetworks = { actr = 0.5 }", "set@90%", "did you mean \"actor.layer-1\"?"),
      ("[allocation]\nkind = \"uniforn\"", "set@90%", "did you mean \"uniform\"?"),
      ("[allocation]\nkind = \"erk\"", "set@90%", "erdos-renyi-kernel"),
      ("decay = \"linear\"", "rigl@90%", "one of constant, cosine"),
      ("[allocation]\ngiven = [0.5, 0.5]", "static@90%", "kind = \"given\""),
      ("mask_updates_until = -1", "2:4", "a gradient step"),
      ("[allocation]\nlayers = { \"layer-9\" = 0 }", "dcil@90%", "does not have"),
      ("[allocation]\nnetworks = { actr = 0.5 }", "dpf@90%", "did you mean \"actor.layer-1\"?"),
      ("[allocation]\nlayers = { \"layer-1\" = 0.5 }", "dcil@90%", "deals out the zeros"),
      ("[allocation]\nlayers = { \"layer-1\" = 1.0 }", "set@90%", "allocation.layers.\"layer-1\""),
      ("[allocation]\nkind = \"given\"\ngiven = [0.5]", "static@90%", "leave out the fraction"),
      ("[allocation]\ninitialisation = \"scaled\"", "gmp@90%", "begins dense"),
      ("growth = { interval = 0 }", "dcil@90%", "change sparsity_options.growth"),
    ])
  func refusals(options: String, sparsity: String, message: String) throws {
    let scratch = try Scratch()
    let table = options.replacingOccurrences(
      of: "[allocation]", with: "[sparsity_options.allocation]")
    let text = table == options ? "[sparsity_options]\n" + table : table
    let result = try train(text, ["--sparsity", sparsity, "--hidden", "32,32"], scratch)
    #expect(result.exitCode == 64)
    #expect(result.complaint.contains(message), "\(result.complaints)")
    #expect(!result.complaint.contains("\n"))
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/run/run.toml"))
  }

  @Test("the run of a pattern N:M holds one table, with what was set in either")
  func oneTable() throws {
    let scratch = try Scratch()
    let recipe = "[n_of_m]\ninactive_decay = 0.5\n[sparsity_options]\nmask_update_interval = 50"
    let result = try train(recipe, ["--sparsity", "2:4", "--hidden", "16,16"], scratch)
    #expect(result.exitCode == 0, "\(result.complaints)")
    let run = try String(contentsOfFile: "\(scratch.path)/run/run.toml", encoding: .utf8)
    #expect(run.contains("mask_update_interval = 50"))
    #expect(!run.contains("mask_update_interval = 1000"))
    #expect(run.contains("inactive_decay = 0.5"))
    #expect(!run.contains("[sparsity_options]\nmask"))
  }

  @Test("an agent that stays dense although zeros were asked for says so")
  func denseAgent() throws {
    let scratch = try Scratch()
    let result = try train("", ["--sparsity", "ds", "--hidden", "16,16"], scratch)
    #expect(result.exitCode == 0)
    #expect(result.complaint.hasPrefix("Warning: sparsity ds leaves every layer"))
    let sparse = try train(
      "", ["--sparsity", "gmp@90%", "--hidden", "16,16", "--out", "other"], scratch)
    #expect(sparse.complaint.isEmpty, "\(sparse.complaints)")
  }

  @Test("a run that begins with another one's networks has its algorithm, environment and layers")
  func from() throws {
    let scratch = try Scratch()
    let first = try train("", ["--algorithm", "sac", "--hidden", "24,12"], scratch)
    #expect(first.exitCode == 0, "\(first.complaints)")
    let second = try Tool.run(
      [
        "train", "--from", "run", "--sparsity", "oneshot@50%", "--steps", "300", "--warm-up-steps",
        "100", "--evaluate-every", "0", "--quiet", "--out", "pruned",
      ], in: scratch.path)
    #expect(second.exitCode == 0, "\(second.complaints)")
    let run = try String(contentsOfFile: "\(scratch.path)/pruned/run.toml", encoding: .utf8)
    #expect(run.contains("algorithm = \"sac\""))
    #expect(run.contains("hidden = [24, 12]"))
    #expect(run.contains("initial_weights = \"run at step 300\""))
    // resuming keeps where it began
    let resumed = try Tool.run(["resume", "pruned", "--steps", "320", "--quiet"], in: scratch.path)
    #expect(resumed.exitCode == 0, "\(resumed.complaints)")
    let again = try String(contentsOfFile: "\(scratch.path)/pruned/run.toml", encoding: .utf8)
    #expect(again.contains("initial_weights = \"run at step 300\""))
    // a recipe that names none of them leaves them as they are
    let recipe = "sparsity = \"oneshot@50%\"\n[sparsity_options]\nat = 0"
    try recipe.write(toFile: "\(scratch.path)/shot.toml", atomically: true, encoding: .utf8)
    let third = try Tool.run(
      [
        "train", "--from", "run", "--recipe", "shot.toml", "--steps", "110", "--warm-up-steps",
        "100",
        "--evaluate-every", "0", "--quiet", "--out", "shot",
      ], in: scratch.path)
    #expect(third.exitCode == 0, "\(third.complaints)")
    let drawn = "[sparsity_options.allocation]\ninitialisation = \"sparsity-aware\""
    try drawn.write(toFile: "\(scratch.path)/drawn.toml", atomically: true, encoding: .utf8)
    let fourth = try Tool.run(
      [
        "train", "--from", "run", "--recipe", "drawn.toml", "--sparsity", "static@50%", "--quiet",
        "--out", "y",
      ], in: scratch.path)
    #expect(fourth.exitCode == 64)
    #expect(fourth.complaint.contains("begins with trained weights"), "\(fourth.complaints)")
    let other = try Tool.run(
      ["train", "--from", "run", "--hidden", "8", "--quiet", "--out", "x"], in: scratch.path)
    #expect(other.exitCode == 64)
    #expect(other.complaint.contains("units"), "\(other.complaints)")
  }

  @Test(
    "a run resumes with the sparsity that it was begun with, and with no other",
    arguments: [
      ("sparsity = \"rigl@80%\"", "sparsity = \"rigl@50%\""), ("interval = 1000", "interval = 50"),
      ("sparsity = \"rigl@80%\"", "sparsity = \"dense\""),
    ])
  func changed(setting: String, other: String) throws {
    let scratch = try Scratch()
    let first = try train("", ["--sparsity", "rigl@80%", "--hidden", "16,16"], scratch)
    #expect(first.exitCode == 0, "\(first.complaints)")
    let path = "\(scratch.path)/run/run.toml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains(setting))
    try text.replacingOccurrences(of: setting, with: other).write(
      toFile: path, atomically: true, encoding: .utf8)
    let refused = try Tool.run(["resume", "run", "--steps", "320", "--quiet"], in: scratch.path)
    #expect(refused.exitCode != 0)
    #expect(refused.complaint.contains("a checkpoint of {"), "\(refused.complaints)")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let resumed = try Tool.run(["resume", "run", "--steps", "320", "--quiet"], in: scratch.path)
    #expect(resumed.exitCode == 0, "\(resumed.complaints)")
  }
}
