import ArgumentParser
import Coppice

extension SDECommand {
  /// `coppice sde report`.
  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract:
        "Makes a page of models of paths: what they make beside the data, and how they learned.",
      discussion: """
        Writes a page that needs nothing else, and beside it an SVG and a CSV of each figure. The same runs \
        give the same report, byte for byte. A report that is there is replaced.

        Examples:

          coppice sde report runs/mine --out report.html
          coppice sde report runs/dense runs/sparse --out report
        """)

    @Argument(help: ArgumentHelp("Run folders of `coppice sde train`.", valueName: "folder"))
    var folders: [String]

    @Option(
      help: ArgumentHelp(
        "A page, NAME.html, or a folder for it. (default: report/ in the first run)",
        valueName: "file-or-folder"))
    var out: String?

    @Option(parsing: .unconditional, help: "Sampled paths.", transform: Amount.positive)
    var paths = 1000

    @Option(parsing: .unconditional, help: "Seed of the noise.", transform: Amount.whole)
    var seed = 1

    @Option(parsing: .unconditional, help: "Threads.", transform: Amount.positive)
    var threads = 2

    func validate() throws {
      guard threads <= 256 else { throw ValidationError("--threads is from 1 to 256") }
    }

    func run() throws {
      let pool = WorkerPool(threadCount: threads)
      let models = try folders.map { try TrainedPathModel(opening: $0, pool: pool) }
      let report = try PathReport.make(
        models, paths: paths, key: RandomKey(seed: UInt64(seed)))
      let place = ReportFolder(page: out ?? "\(models[0].folder.path)/report")
      try place.write(report)
      Console.say(place.pagePath)
    }
  }
}
