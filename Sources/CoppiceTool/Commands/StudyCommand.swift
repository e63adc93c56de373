import ArgumentParser
import Coppice

/// `coppice study`.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Runs many members of one plan: grids, random searches and their seeds.",
    discussion: """
      A study is a TOML file: [settings] of every member, and what varies, as [grid], [random] or \
      [[member]]; see Documentation/Formats.md. Its folder holds a run for each member.

        format = 1
        name = "sparse-pendulum"
        [grid]
        environment = ["Pendulum-v1"]
        sparsity = ["dense", "2:4"]
        seed = [1, 2, 3]

      A study that was interrupted, by Ctrl-C, a crash or a power cut, goes on where it was when it is \
      run again, and ends with the same numbers, bit for bit.

      Examples:

        coppice study plan sparse-pendulum.toml
        coppice study run sparse-pendulum.toml
        coppice study status studies/sparse-pendulum
        coppice study work sparse-pendulum.toml --index 3
      """,
    subcommands: [Plan.self, Run.self, Work.self, Status.self])
}

/// Which study, and where it lies.
struct StudyOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("A study file, or the folder of a study.", valueName: "study"))
  var study: String

  @Option(
    name: .customLong("out"),
    help: ArgumentHelp(
      "The folder of the study. (default: studies/NAME)", valueName: "folder"))
  var folder: String?

  @Flag(help: "Adds new members at the end of a study that there is.")
  var extend = false

  /// The study, from its file or its folder.
  func read() throws -> Study {
    namesFolder ? try StudyFolder(opening: study).study : try Study(contentsOf: study)
  }

  /// The folder, which is made where there is none.
  func open(_ read: Study? = nil) throws -> StudyFolder {
    if namesFolder {
      guard folder == nil, !extend else {
        throw ValidationError("--out and --extend go with a study file, and \(study) is a folder")
      }
      return try StudyFolder(opening: study)
    }
    let study = try read ?? Study(contentsOf: study)
    return try StudyFolder(at: folder ?? "studies/\(study.name)", for: study, extending: extend)
  }

  private var namesFolder: Bool { isFolder(study) }
}
