import Foundation
import Testing

@Suite("Bad input on the command line")
struct BadInputTests {
  @Test(
    "is answered with a message, an exit code and nothing else",
    arguments: [
      (["train", "--env", "Pendulm-v1"], 64, "did you mean \"Pendulum-v1\"?"),
      (["train", "--env", "CartPole-v1"], 64, "continuous actions"),
      (["train", "--algorithm", "tdd3"], 64, "did you mean \"td3\"?"),
      (["train", "--sparsity", "3:2"], 64, "at most M"),
      (["train", "--sparsity", "0:4"], 64, "at least 1"),
      (["train", "--sparsity", "150%"], 64, "less than 100 %"),
      (["train", "--sparsity", "sttic@90%"], 64, "static"),
      (["train", "--steps", "-5"], 64, "at least 1"),
      (["train", "--steps", "0"], 64, "at least 1"),
      (["train", "--steps", "1.5"], 64, "whole number"),
      (["train", "--steps", "99999999999999999999999"], 64, "whole number"),
      (["train", "--steps"], 64, "--steps"),
      (["train", "--stps", "5"], 64, "--steps"),
      (["train", "--hidden", "0"], 64, "such as 256,256"),
      (["train", "--hidden", "256,,256"], 64, "such as 256,256"),
      (["train", "--hidden", "9000"], 64, "8192"),
      (["train", "--threads", "0"], 64, "at least 1"),
      (["train", "--threads", "100000"], 64, "1 to 256"),
      (["train", "--seed", "-1"], 64, "at least 0"),
      (["train", "--envs", "0"], 64, "at least 1"),
      (["train", "--update-to-data", "nan"], 64, "number"),
      (["train", "--update-to-data", "0"], 64, "more than 0"),
      (["train", "--learning-rate-schedule", "cosine"], 64, "linear"),
      (["train", "--instruction-set", "mmx"], 64, "instruction"),
      (["train", "--precision", "half"], 64, "float32 or bf16"),
      (["train", "--precision", "bf16", "--instruction-set", "portable"], 64, "AVX512_BF16"),
      (["train", "--recipe", "nowhere.toml"], 74, "nowhere.toml"),
      (["train", "--recipe", "/"], 74, "cannot read /"),
      (["train", "--recipe", "ds-td3-bas"], 64, "did you mean \"ds-td3-base\"?"),
      (["train", "--out", "/proc/coppice"], 74, "/proc/coppice"),
      (["train", "--out", "/dev/null"], 74, "/dev/null"),
      (["train", "--out", "/dev/null/run"], 74, "/dev/null"),
      (["train", "--replay-capacity", "1e12"], 64, "replay_capacity"),
      (["resume", "nowhere"], 65, "there is no nowhere"),
      (["resume", "/"], 65, "no run.toml, training.toml nor sde.toml"),
      (["resume"], 64, "folder"),
      (["evaluate", "nowhere", "--episodes", "3"], 65, "there is no nowhere"),
      (["evaluate", "nowhere", "--episodes", "0"], 64, "at least 1"),
      (["evaluate", "x", "--best", "--from", "3"], 64, "exclude"),
      (["runs", "/dev/null"], 74, "/dev/null"),
      (["runs", "list", "/dev/null"], 74, "/dev/null"),
      (["runs", "--seed", "4-1"], 64, "1-4,9"),
      (["runs", "--sparsity", "150%"], 64, "less than 100 %"),
      (["runs", "--finished", "--unfinished"], 64, "--finished"),
      (["runs", "diff", "a"], 64, "b"),
      (["runs", "diff", "nowhere", "x"], 65, "there is no nowhere"),
      (["runs", "prune", "/dev/null"], 74, "/dev/null"),
      (["list", "colours"], 64, "colours"),
      (["benchmark", "update", "--sparsity", "dense,5:4"], 64, "at most M"),
      (["benchmark", "update", "--sparsity", "dense,"], 64, "sparsity"),
      (["benchmark", "update", "--env", "Pendulm-v1"], 64, "Pendulum-v1"),
      (["benchmark", "train", "--replay-rows", "1e12"], 64, "replay_capacity"),
      (["benchmark", "train", "--on-request"], 64, "--sparsity 2:4"),
      (["benchmark", "startup", "--replay-rows", "0"], 64, "at least 1"),
      (["reproduce", "rnm"], 64, "rnm-td3, rnm-td3-ablation, ds-td3"),
      (["reproduce", "rnm-td3", "--adopt", "runs"], 64, "--records"),
      (["reproduce", "rnm-td3", "--env", "Ant-v6", "--plan"], 64, "Ant-v5"),
      (["trian"], 64, "trian"),
      (["--nonsense"], 64, "nonsense"),
      (["train", "\u{1F98A}", "\u{7}"], 64, "\u{1F98A}"),
    ] as [([String], Int32, String)])
  func badInput(arguments: [String], exitCode: Int32, message: String) throws {
    let scratch = try Scratch()
    let result = try Tool.run(arguments, in: scratch.path)
    #expect(result.exitCode == exitCode, "\(result.complaints)")
    #expect(result.complaints.contains(message), "\(result.complaints)")
    #expect(result.complaints.hasPrefix("Error: "))
    // errors that are ours are one line; the parser's add how to call the command
    if !result.complaints.contains("Usage: ") {
      #expect(!result.complaint.contains("\n"), "\(result.complaints)")
    }
    #expect(result.output.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
  }

  @Test("an unknown setting of a recipe is named with its line")
  func unknownSetting() throws {
    let scratch = try Scratch()
    try "seed = 3\nbatchsize = 5\n".write(
      toFile: scratch["r.toml"], atomically: true, encoding: .utf8)
    let result = try Tool.run(["train", "--recipe", "r.toml"], in: scratch.path)
    #expect(result.exitCode == 64)
    #expect(result.complaints.contains("unknown setting \"batchsize\" (r.toml, line 2)"))
  }

  @Test("a folder that may not be written is an error")
  func readOnlyFolder() throws {
    // the one who may do everything cannot be refused
    guard geteuid() != 0 else { return }
    let scratch = try Scratch()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o500], ofItemAtPath: scratch.path)
    let result = try Tool.run(["train", "--out", scratch["run"]])
    #expect(result.exitCode == 74)
    #expect(result.complaints.contains("choose a folder that you may write to"))
  }
}
